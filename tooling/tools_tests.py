"""Runs the tests of ``tools/``: no Odoo, no database."""

import sys

from plain_tests import load, run


def main() -> int:
    """Run the tests; the arguments are parts of their modules' names."""
    suite = load("tools", "test_*.py", ["tests"], sys.argv[1:])
    if "odoo" in sys.modules:
        raise SystemExit("tools/ or its tests import Odoo")
    return run(suite, verbosity=1)


if __name__ == "__main__":
    sys.exit(main())
