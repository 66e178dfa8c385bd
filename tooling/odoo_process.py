"""Runs of Odoo with their output in a log: progress on the terminal, faults found in it."""

import re
from pathlib import Path

from .console import run_logged
from .environment import Environment
from .errors import DevError
from .paths import ADDON

FAULT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")
STEP = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
# Faults that are not the addon's: each with the reason why it is let through.
UNAVOIDABLE: tuple[tuple[re.Pattern, str], ...] = (
    (re.compile(rf" py\.warnings: (?!.*{ADDON})"), "what Python packages say of their own future"),
    (
        re.compile(r"wkhtmltopdf|Wkhtmltopdf"),
        "a machine without wkhtmltopdf is told so by ./dev itself",
    ),
    (
        re.compile(r"odoo\.addons\.\S+: .*(google_auth|ldap|phonenumbers) "),
        "optional packages of Odoo's own modules",
    ),
)
QUIET = ("--stop-after-init", "--no-http", "--max-cron-threads=0", "--log-level=info")


def loading_progress(log: Path):
    """A progress text taken from the log that Odoo is writing."""

    def text() -> str:
        """How far it is."""
        found = STEP.findall(log.read_text(errors="replace"))
        return "module {} ({} of {})".format(*found[-1]) if found else "starting Odoo"

    return text


def faults(log: Path) -> list[str]:
    """The warnings and errors of a log, the unavoidable ones excepted."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if FAULT.match(line)]
    return [line for line in lines if not any(known.search(line) for known, _reason in UNAVOIDABLE)]


def run_odoo(env: Environment, name: str, *arguments: str, what: str, strict: bool = False) -> Path:
    """Run Odoo once, to its end; with `strict`, a warning or an error in its log is a failure."""
    log = env.layout.log(name)
    command = env.command("-c", str(env.layout.config), *arguments, *QUIET)
    run_logged(command, log, f"{what} failed.", progress=loading_progress(log), env=env.variables())
    found = faults(log) if strict else []
    if found:
        listed = "\n".join(found[:20])
        raise DevError(
            f"{what}: Odoo's log has {len(found)} warnings or errors.\n{listed}\n(log: {log})"
        )
    return log
