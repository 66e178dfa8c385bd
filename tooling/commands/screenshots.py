"""./dev screenshots: the pictures of the documentation, taken in a real Chromium on a fresh demo."""

import argparse
import base64
import json
import os
import secrets
from pathlib import Path

from .. import databases
from ..console import run_plainly, step
from ..environment import Environment, prepared
from ..errors import DevError
from ..jobs import run_job
from ..paths import REPOSITORY
from ..screens.catalogue import SCREENS
from ..server import serving
from ..system_packages import BROWSER

# A key of its own, so that the settings tell of no file of this machine.
KEYS = "PASSPORT_NIR_KEYS"


def register(commands) -> None:
    """Declare the sub-command."""
    parser = commands.add_parser(
        "screenshots",
        help="take the pictures of the documentation again; fails when a screen does not open",
        description="Make a demo database, open every screen of the catalogue in Chromium as its "
        "role would, in French, and write its picture to docs/fr/img/ or static/description/. "
        "Fails, naming the screen, on an error of the console, a failed request, a dialog of error, "
        "and on what is missing. NAMES: only these pictures.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument(
        "--output", type=Path, default=REPOSITORY, help="another folder to write the pictures into"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make the database, serve it, take the pictures, drop it."""
    if unknown := set(options.names) - {screen.name for screen in SCREENS}:
        raise DevError(f"There is no picture {', '.join(sorted(unknown))}.")
    with prepared(system=options.system) as env:
        browser = BROWSER.found()
        if not browser:
            raise DevError(f"Pictures need Chromium: apt install {BROWSER.package}")
        os.environ[KEYS] = new_key()
        name = env.layout.database("screens")
        with databases.locked(env, name):
            try:
                return take(env, name, browser, options)
            finally:
                databases.drop(env, name)


def new_key() -> str:
    """A key for the numbers of this database alone, as the documentation says to make one."""
    return f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def take(env: Environment, database: str, browser: str, options: argparse.Namespace) -> int:
    """Take the pictures on a new database."""
    databases.create(env, database, demo=True, strict=False)
    names = json.loads(run_job(env, "screens_data", database))
    request = env.layout.clone / "screens.json"
    with serving(env, database) as url, step("Pictures"):
        told = {
            "url": url,
            "browser": browser,
            "names": names,
            "folder": str(options.output.absolute()),
            "wanted": options.names,
        }
        request.write_text(json.dumps(told), encoding="utf-8")
        command = [env.layout.python, "-m", "tooling.screens.take", request]
        try:
            return run_plainly(command, cwd=env.layout.repository, env=env.variables())
        finally:
            request.unlink()
