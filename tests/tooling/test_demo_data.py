import re
from pathlib import Path
from unittest import TestCase

from lxml import etree

DEMO = Path(__file__).resolve().parent.parent.parent / "demo"


class TestDemoData(TestCase):
    def test_administrator(self):
        """The administrator may enter the demo's training body, and stays in their own company."""
        found = [
            field
            for path in DEMO.glob("*.xml")
            for field in etree.parse(path).iterfind(".//record[@id='base.user_admin']/field")
            if field.get("name") in ("company_id", "company_ids")
        ]
        self.assertEqual([field.get("name") for field in found], ["company_ids"])
        self.assertTrue(re.match(r"\[Command\.link\(", found[0].get("eval")))
