"""The command line: sub-commands, their help, and how failures are told."""

import argparse
import signal
import sys

from .commands import (
    bench,
    clean,
    demo,
    i18n,
    lint,
    load,
    odoo,
    screenshots,
    setup,
    test,
    test_odoo,
    test_update,
)
from .console import warn
from .errors import DevError

COMMANDS = (
    setup,
    demo,
    test,
    test_odoo,
    test_update,
    lint,
    i18n,
    screenshots,
    bench,
    load,
    odoo,
    clean,
)
PASS_THROUGH = {"odoo", "psql", "run", "shell"}
EPILOG = """What is missing is prepared by itself, in $PASSEPORT_CACHE (else
$XDG_CACHE_HOME/passeport_prevention, else ~/.cache/passeport_prevention). ODOO_HOME names a
checkout of Odoo 19 to use; PGHOST, PGPORT, PGUSER and PGPASSWORD a PostgreSQL server;
PASSEPORT_DEBIAN_MIRROR a Debian mirror. PASSEPORT_NO_SYSTEM_PACKAGES=1 is --no-system-packages."""


def parser() -> argparse.ArgumentParser:
    """All the sub-commands."""
    whole = argparse.ArgumentParser(prog="./dev", description=__doc__, epilog=EPILOG)
    whole.description = "Develop passeport_prevention: environment, demo, tests and checks."
    whole.add_argument(
        "--no-system-packages",
        dest="system",
        action="store_false",
        help="as root, do not install wkhtmltopdf and Chromium",
    )
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.register(commands)
    return whole


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and those meant for a program that takes all that follows its name."""
    for index, word in enumerate(arguments):
        if not word.startswith("-"):
            cut = index + 1 if word in PASS_THROUGH else len(arguments)
            return arguments[:cut], arguments[cut:]
    return arguments, []


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; what another program is to read is in `extra`."""
    ours, theirs = split(arguments)
    options, unknown = parser().parse_known_args(ours)
    options.extra = unknown + theirs
    if unknown and not getattr(options, "takes_extra", False):
        parser().error(f"unrecognized arguments: {' '.join(unknown)}")
    return options


def _terminate(_number, _frame):
    """Leave on SIGTERM as on Ctrl-C, so that what was started is stopped."""
    raise SystemExit(143)


def main(arguments: list[str]) -> int:
    """Run one sub-command; a known failure is one message and a code, never a traceback."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.stdout.reconfigure(errors="replace")  # for a terminal that does not know our arrows
    options = parse(arguments)
    try:
        return options.run(options)
    except DevError as error:
        warn(str(error))
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
