from unittest import SkipTest

from odoo.tests import tagged

from ..common import nir_with_key
from .test_nir import NIR, OTHER_NIR, NirCase

THIRD_NIR = nir_with_key("2690299341124")
TABLES = ("auditlog_log", "auditlog_log_line")


@tagged("post_install", "-at_install", "passport")
class TestAuditlog(NirCase):
    """Beside OCA's auditlog (``./dev test --with auditlog --addons-path FOLDER``)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "auditlog.rule" not in cls.env:
            raise SkipTest("OCA's auditlog is not installed")

    def watch(self, model, log_type):
        kinds = ("read", "write", "create", "unlink", "export_data")
        rule = self.env["auditlog.rule"].create(
            {
                "name": f"{model} {log_type}",
                "model_id": self.env["ir.model"]._get_id(model),
                "log_type": log_type,
                **{f"log_{kind}": True for kind in kinds},
            }
        )
        rule.set_to_confirmed()
        # As when the registry is loaded again, which a test cannot wait for.
        rule._patch_methods()
        self.addCleanup(lambda: rule.exists()._revert_methods())
        return rule

    def kept(self):
        """Return the numbers that stand in the tables of auditlog, as digits."""
        texts = [
            text.replace(" ", "").replace("\u00a0", "")
            for table in TABLES
            for (text,) in self.sql(f"SELECT to_jsonb(t)::text FROM {table} t")
        ]
        self.assertTrue(texts)
        numbers = {number[:13] for number in (NIR, OTHER_NIR, THIRD_NIR)}
        return {number for number in numbers for text in texts if number in text}

    def type_numbers(self):
        """A declarant types numbers on a contact, a new one and a registration, and reads them."""
        people = self.as_role(self.env["res.partner"], "declarant")
        zoe = people.browse(self.zoe.id)
        zoe.write({"nir_entry": NIR})
        zoe.read(["nir", "nir_masked", "nir_entry"])
        registration = self.as_role(self.make_registration(attendee=self.theo), "declarant")
        registration.write({"nir_entry": OTHER_NIR})
        registration.read(["nir_entry", "nir_masked"])
        people.create({"name": "Neuf Venu", "nir_entry": THIRD_NIR}).unlink()

    def test_no_number_in_clear(self):
        for log_type in ("full", "fast"):
            with self.subTest(log_type=log_type):
                rules = [self.watch(m, log_type) for m in ("res.partner", "event.registration")]
                self.assertEqual(len(self.env["passport.nir.copies"]._texts()), 2)
                self.env["passport.nir.copies"]._exclude()
                self.assertFalse(self.env["passport.nir.copies"]._texts())
                self.type_numbers()
                self.assertFalse(self.kept())
                for rule in rules:
                    rule.set_to_draft()
                    rule.unlink()
