"""./dev lint: style, likely bugs, and the community's rules for Odoo addons."""

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from .. import house, stamps
from ..console import run_plainly, say
from ..environment import Environment, prepared
from ..paths import ADDON
from ..xml_format import check as check_xml

XML_FOLDERS = (
    "views",
    "data",
    "demo",
    "security",
    "report",
    "wizards",
    "static",
    "tests",
    "templates",
)


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "lint", help="check the style of Python, XML and translation files"
    )
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")
    parser.set_defaults(run=run)


def xml_files(repository: Path) -> list[Path]:
    """The XML files of the addon; drawings are not ours to lay out."""
    folders = (repository / name for name in XML_FOLDERS)
    return sorted(path for folder in folders if folder.exists() for path in folder.rglob("*.xml"))


def lint_ruff(env: Environment, fix: bool) -> int:
    """Python: likely bugs, order of imports, layout."""
    ruff = [env.layout.venv / "bin" / "ruff"]
    options = {
        "cwd": env.layout.repository,
        "env": {**env.variables(), "RUFF_CACHE_DIR": str(env.layout.clone / "ruff")},
    }
    checked = run_plainly(
        [*ruff, "check", "--output-format=concise", *(["--fix"] if fix else []), ".", "dev"],
        **options,
    )
    laid_out = run_plainly(
        [*ruff, "format", *([] if fix else ["--check", "--output-format=concise"]), ".", "dev"],
        **options,
    )
    return checked or laid_out


def copy_of_addon(env: Environment) -> Path:
    """A folder that holds the addon and nothing of git.

    pylint-odoo looks for the manifest upwards and stops at the folder with `.git`, which is the addon
    itself here: two of its rules would be mute.
    """
    folder = env.layout.clone / "lint"
    shutil.rmtree(folder, ignore_errors=True)
    for path in stamps.sources(env.layout.repository):
        target = folder / ADDON / path.relative_to(env.layout.repository)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return folder


def lint_pylint(env: Environment, _fix: bool) -> int:
    """Odoo: the checks of pylint-odoo."""
    variables = {**env.variables(), "PYLINTHOME": str(env.layout.clone / "pylint")}
    rules = f"--rcfile={env.layout.repository / '.pylintrc'}"
    return run_plainly(
        [env.layout.python, "-m", "pylint", rules, ADDON], cwd=copy_of_addon(env), env=variables
    )


def lint_types(env: Environment, _fix: bool) -> int:
    """The pure core: its types."""
    cache = f"--cache-dir={env.layout.clone / 'mypy'}"
    return run_plainly(
        [env.layout.python, "-m", "mypy", "--no-error-summary", cache],
        cwd=env.layout.repository,
        env=env.variables(),
    )


def lint_house(env: Environment, _fix: bool) -> int:
    """The house: which room uses which, models opened once, short files."""
    found = house.check(env.layout.repository)
    for fault in found:
        say(fault)
    return 1 if found else 0


def lint_xml(env: Environment, fix: bool) -> int:
    """XML: well formed and laid out."""
    files = xml_files(env.layout.repository)
    faults = [fault for path in files if (fault := check_xml(path, fix))]
    for fault in faults:
        say(fault)
    return 1 if faults else 0


def lint_translations(env: Environment, _fix: bool) -> int:
    """Translations: readable and complete."""
    files = sorted((env.layout.repository / "i18n").glob("*.po"))
    script = env.layout.repository / "tooling" / "po_tools.py"
    return (
        run_plainly([env.layout.python, script, "check", *files], env=env.variables())
        if files
        else 0
    )


LINTERS: dict[str, Callable[[Environment, bool], int]] = {
    "ruff": lint_ruff,
    "house": lint_house,
    "types": lint_types,
    "pylint-odoo": lint_pylint,
    "XML": lint_xml,
    "translations": lint_translations,
}


def run(options: argparse.Namespace) -> int:
    """Run every check, then say which ones failed."""
    failed = []
    with prepared(system=False, database=False) as env:
        for name, linter in LINTERS.items():
            say(f"→ {name}")
            if linter(env, options.fix):
                failed.append(name)
    say(f"Lint: to mend: {', '.join(failed)}" if failed else "Lint: all is well")
    return 1 if failed else 0
