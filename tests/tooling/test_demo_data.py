import re
from pathlib import Path
from unittest import TestCase

from lxml import etree

DEMO = Path(__file__).resolve().parent.parent.parent / "demo"


class TestDemoData(TestCase):
    def test_administrator(self):
        """The administrator may enter the demo's training body, and is else left as they were:
        their own company, their own language."""
        found = [
            field
            for path in DEMO.glob("*.xml")
            for field in etree.parse(path).iterfind(".//record[@id='base.user_admin']/field")
        ]
        self.assertEqual([field.get("name") for field in found], ["company_ids"])
        self.assertTrue(re.match(r"\[Command\.link\(", found[0].get("eval")))
