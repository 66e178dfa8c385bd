"""Runs the tests of ``tests/server/`` in a plain Python: they speak to the server, Odoo is not loaded."""

import importlib
import sys
import types
import unittest
from pathlib import Path

PACKAGE = "passeport_prevention"


def stand_in(name: str, folder: Path) -> None:
    """Make an empty package of the name ``name``, whose modules are found in ``folder``."""
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


def load(repository: Path, patterns: list[str]) -> unittest.TestSuite:
    """The tests of all modules, or of those whose name holds one of the patterns."""
    stand_in(PACKAGE, repository)
    for folder in ("tests", "tooling"):
        stand_in(f"{PACKAGE}.{folder}", repository / folder)
    names = [path.stem for path in sorted((repository / "tests" / "server").glob("*_on_server.py"))]
    wanted = [
        name for name in names if not patterns or any(pattern in name for pattern in patterns)
    ]
    modules = [importlib.import_module(f"{PACKAGE}.tests.server.{name}") for name in wanted]
    return unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromModule, modules))


def main() -> int:
    """Run the tests; the arguments are parts of their modules' names."""
    suite = load(Path(__file__).resolve().parent.parent.parent, sys.argv[1:])
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
