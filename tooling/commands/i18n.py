"""./dev i18n: the template of terms, and its merge into the French translation."""

import argparse
import shutil

from .. import databases
from ..console import run_logged, run_plainly, say
from ..environment import Environment, prepared
from ..paths import ADDON


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "i18n", help="export the terms to translate and merge them into i18n/fr.po"
    )
    parser.set_defaults(run=run)


def export(env: Environment, database: str) -> None:
    """Write the template from what Odoo finds in the code and in the database."""
    folder = env.layout.repository / "i18n"
    folder.mkdir(exist_ok=True)
    draft = env.layout.clone / f"{ADDON}.pot"
    command = env.command(
        "i18n", "export", "-c", str(env.layout.config), "-d", database, "-o", str(draft), ADDON
    )
    run_logged(
        command, env.layout.log("i18n"), "The terms could not be exported.", env=env.variables()
    )
    shutil.move(draft, folder / f"{ADDON}.pot")


def run(options: argparse.Namespace) -> int:
    """Export from an up-to-date database, then merge."""
    with prepared(system=options.system) as env, databases.locked(env, env.layout.database("test")):
        database = databases.ensure_test(env, fresh=False)
        export(env, database)
        folder = env.layout.repository / "i18n"
        script = env.layout.repository / "tooling" / "po_tools.py"
        merge = [script, "merge", folder / f"{ADDON}.pot", folder / "fr.po", "fr"]
        code = run_plainly([env.layout.python, script, *merge[1:]], env=env.variables())
        say(f"Terms: {folder / ADDON}.pot")
        return code
