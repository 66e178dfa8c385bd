from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_deposit import DepositCase


@tagged("post_install", "-at_install", "passport")
class TestFrozenValues(DepositCase):
    def test_users_write_the_reference_only(self):
        for values in (
            {"training_name": "Autre"},
            {"date_end": "2026-09-11"},
            {"state": "deposited"},
            {"line_ids": [Command.clear()]},
            {"company_id": self.other_company.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.declaration.write(values)
        self.declaration.reference = "  SST  de septembre "
        self.assertIn("|SST de septembre|", self.file_of(self.deposit).decode())

    def test_a_line_is_called_as_its_person_is(self):
        """Several people may share a birth name."""
        line = self.declaration.line_ids[:1]
        self.assertEqual(line.display_name, line.partner_id.name)

    def test_reference_has_280_characters_at_most(self):
        self.declaration.reference = "É" * 280
        with self.assertRaises(UserError):
            self.declaration.reference = "É" * 281

    def test_default_reference_always_fits(self):
        self.training.name = "É" * 250
        declaration = self.declare(self.make_registration(self.make_session(), self.zoe))
        self.assertLessEqual(len(declaration.reference), 280)

    def test_reference_with_a_forbidden_character_reaches_no_file(self):
        for wrong in ("a|b", 'a"b', "a\tb"):
            with self.subTest(wrong=wrong):
                try:
                    self.declaration.reference = wrong
                except UserError:
                    continue
                self.refused()
