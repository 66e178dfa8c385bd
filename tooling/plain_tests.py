"""Tests in a plain Python, without Odoo: the packages above them stand there under their name but empty."""

import importlib
import sys
import types
import unittest
from collections.abc import Iterable
from pathlib import Path

PACKAGE = "passeport_prevention"
REPOSITORY = Path(__file__).resolve().parent.parent


def stand_in(name: str, folder: Path) -> None:
    """Make an empty package of the name ``name``, whose modules are found in ``folder``."""
    package = types.ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


def load(place: str, files: str, beside: Iterable[str], patterns: list[str]) -> unittest.TestSuite:
    """The tests of one folder.

    :param place: the folder within ``tests/``
    :param files: which of its files, as a glob
    :param beside: the packages of the addon that the tests import from
    :param patterns: parts of the names of the modules that are wanted; all without any
    """
    stand_in(PACKAGE, REPOSITORY)
    for folder in beside:
        stand_in(f"{PACKAGE}.{folder}", REPOSITORY / folder)
    names = [path.stem for path in sorted((REPOSITORY / "tests" / place).glob(files))]
    wanted = [
        name for name in names if not patterns or any(pattern in name for pattern in patterns)
    ]
    modules = [importlib.import_module(f"{PACKAGE}.tests.{place}.{name}") for name in wanted]
    return unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromModule, modules))


def run(suite: unittest.TestSuite, verbosity: int) -> int:
    """Run the tests; the exit code, a failure where there is none to run."""
    result = unittest.TextTestRunner(verbosity=verbosity).run(suite)
    return 0 if result.wasSuccessful() and result.testsRun else 1
