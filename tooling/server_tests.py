"""Runs the tests of ``tests/server/``: they speak to a server that runs, Odoo is not loaded."""

import sys

from plain_tests import load, run


def main() -> int:
    """Run the tests; the arguments are parts of their modules' names."""
    return run(load("server", "*_on_server.py", ["tests", "tooling"], sys.argv[1:]), verbosity=2)


if __name__ == "__main__":
    sys.exit(main())
