import ast
from pathlib import Path
from unittest import TestCase

TESTS = Path(__file__).resolve().parent.parent


class TestListed(TestCase):
    """Odoo's own runner finds the modules that ``tests/__init__.py`` imports, and no others."""

    def test_none_is_forgotten(self):
        listed = {
            (node.module or "", alias.name)
            for node in ast.parse((TESTS / "__init__.py").read_text(encoding="utf-8")).body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        there = {
            (".".join(path.relative_to(TESTS).parent.parts), path.stem)
            for path in TESTS.rglob("test_*.py")
        }
        self.assertFalse(there - listed, "not imported by tests/__init__.py")
        self.assertFalse(listed - there, "imported by tests/__init__.py, but not there")

    def test_no_name_twice(self):
        """A module imported under the name of another would hide it from the runner."""
        names = [path.stem for path in TESTS.rglob("test_*.py")]
        self.assertCountEqual(names, set(names))
