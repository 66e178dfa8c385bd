import argparse
import json
from unittest import TestCase

from ...tooling.commands import test_odoo
from ...tooling.odoo_tests import Record


class Part:
    """A part of a test, as ``subTest`` makes one."""

    def __init__(self, test):
        self.test_case = test


class Named:
    """A test, of which nothing but the name matters."""

    def __init__(self, name):
        self.name = name

    def id(self):
        return self.name


class Result:
    """As much of a result of Odoo's tests as is watched."""

    def startTest(self, test):
        return test

    def logError(self, flavour, test, error):
        return flavour, test, error


class TestOdooOutcome(TestCase):
    """What failed is told by name and moment, whatever way it failed."""

    def setUp(self):
        super().setUp()
        self.record, self.kind = Record(), type("Watched", (Result,), {})
        self.record.watch(self.kind)
        self.record.moment = "while loading"
        self.sold = Named("odoo.addons.event_sale.tests.test_event_sale.TestEventSale.test_sold")

    def test_part_counts_as_its_test(self):
        result = self.kind()
        self.assertEqual(result.startTest(self.sold), self.sold)
        for part in (Part(self.sold), Part(self.sold), self.sold):
            self.assertEqual(result.logError("FAIL", part, None), ("FAIL", part, None))
        told = json.loads(self.record.as_json())
        self.assertEqual(told["tests"], {"while loading": 1})
        name = "event_sale.test_event_sale.TestEventSale.test_sold (while loading)"
        self.assertEqual(told["failures"], [name])

    def test_class_that_could_not_be_set_up(self):
        self.kind().logError("ERROR", Named("setUpClass (odoo.addons.hr.tests.test_x.TestX)"), None)
        self.assertEqual(
            self.record.failures, {"setUpClass (odoo.addons.hr.test_x.TestX) (while loading)"}
        )

    def test_same_test_at_another_moment(self):
        self.kind().logError("FAIL", self.sold, None)
        self.record.moment = "at_install, all loaded"
        self.kind().logError("FAIL", self.sold, None)
        self.assertEqual(len(self.record.failures), 2)

    def test_what_is_asked_for(self):
        def wish(*arguments):
            parser = argparse.ArgumentParser()
            test_odoo.register(parser.add_subparsers())
            return test_odoo.wished(parser.parse_args(["test-odoo", *arguments]))

        whole, quick = wish(), wish("--quick")
        self.assertEqual(whole.modules, sorted(test_odoo.MODULES))
        for tag in (*(f"/{module}" for module in test_odoo.MODULES), *test_odoo.CONTACTS):
            self.assertIn(tag, whole.tags.split(","))
        self.assertTrue(quick.quick)
        self.assertLess(set(quick.modules), set(whole.modules))
        self.assertEqual(wish("hr").tags, "/hr")
        self.assertEqual(wish("hr", "--tags", "/hr:TestX").tags, "/hr:TestX")
