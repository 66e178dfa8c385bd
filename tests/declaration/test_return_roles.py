import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import ROLES
from .test_return import ReturnCase

FOLLOWERS = {"user", "declarant", "manager"}


@tagged("post_install", "-at_install", "passport")
class TestReturnRoles(ReturnCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registration = cls.make_registration()

    def setUp(self):
        super().setUp()
        self.deposit = self.sent(self.registration)
        self.line = self.deposit.line_ids

    def test_rights(self):
        for model, writers in [
            ("passport.return", FOLLOWERS),
            ("passport.return.column", FOLLOWERS),
            ("passport.return.line", set()),
            ("passport.deposit.reject", FOLLOWERS),
            ("passport.reject.reason", {"manager"}),
        ]:
            for role in ROLES:
                with self.subTest(model=model, role=role):
                    seen = self.as_role(self.env[model], role)
                    self.assertEqual(seen.has_access("read"), role in FOLLOWERS)
                    for operation in ("create", "write"):
                        self.assertEqual(seen.has_access(operation), role in writers, operation)

    def test_who_may_import(self):
        text = f"Identifiant unique;Motif\n{self.line.unique_id};SIRET inconnu\n"
        for role in ROLES:
            with self.subTest(role=role), self.env.cr.savepoint() as savepoint:
                if role in FOLLOWERS:
                    self.import_return(text, role=role).action_apply()
                    self.assertEqual(self.line.state, "rejected")
                else:
                    with self.assertRaises(AccessError):
                        self.make_return(text, role=role)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_others_can_neither_check_nor_reject(self):
        for role in set(ROLES) - FOLLOWERS:
            with self.subTest(role=role):
                with self.assertRaises(AccessError):
                    self.as_role(self.line, role)._reject("x")
                with self.assertRaises(AccessError):
                    self.as_role(self.registration, role).action_passport_checked()
                with self.assertRaises(AccessError):
                    self.as_role(self.env["passport.deposit.reject"], role).create(
                        {"deposit_id": self.deposit.id, "reason": "x"}
                    )
        self.assertEqual(self.line.state, "deposited")

    def test_reasons_are_hidden_from_others(self):
        self.line._reject("NIR inconnu")
        for role in ("event", "sales"):
            with self.subTest(role=role):
                seen = self.as_role(self.registration, role)
                with self.assertRaises(AccessError):
                    seen.read(["reject_reason"])
                self.assertEqual(seen.passport_state, "rejected")

    def test_column_of_nirs_is_for_declarants(self):
        number = self.nir_of(self.registration.attendee_partner_id)
        text = f"NIR;Motif\n{number};NIR inconnu\n"
        wizard = self.make_return(text)
        self.assertTrue(wizard.has_hidden_nirs)
        self.assertEqual(wizard.column_ids[0].samples, "•••")
        self.assertFalse(wizard.column_ids[0].role)
        self.assertFalse(wizard.sudo().nir_partners)
        wizard.column_ids[0].role = "nir"
        with self.assertRaises(AccessError):
            wizard.action_preview()
        wizard = self.import_return(text, role="declarant")
        self.assertEqual(wizard.line_ids.outcome, "reject")

    def test_what_was_read_is_out_of_reach(self):
        wizard = self.make_return("NIR;Motif\n185047500608423;x\n", role="manager")
        for fname in ("table", "nir_partners"):
            with self.subTest(fname=fname):
                with self.assertRaises(AccessError):
                    wizard.read([fname])
                with self.assertRaises(AccessError):
                    wizard.write({fname: False})
        self.assertFalse(wizard.read(["upload"])[0]["upload"])
        with self.assertRaises(AccessError):
            wizard.with_user(self.users["declarant"]).read(["file_name"])

    def test_preview_cannot_be_written(self):
        """What is recorded comes from the file, whatever a client puts into the preview."""
        other = self.sent(self.make_registration(attendee=self.make_attendee("Autre"))).line_ids
        text = f"Identifiant unique;Motif\n{self.line.unique_id};SIRET inconnu\n"
        wizard = self.import_return(text)
        with self.assertRaises(AccessError):
            wizard.line_ids.write({"line_id": other.id})
        with self.assertRaises(AccessError):
            wizard.write({"line_ids": [Command.create({"line_id": other.id, "outcome": "accept"})]})
        wizard.action_apply()
        self.assertEqual((self.line.state, other.state), ("rejected", "deposited"))

    def test_other_company(self):
        """A file names attendees of another training body: they are unknown here."""
        session = self.make_session(name="Réunion", company_id=self.other_company.id)
        registration = self.make_registration(session, self.make_attendee("Ana Payet"))
        foreign = self.sent(registration, company_id=self.other_company.id)
        text = f"Identifiant unique;Motif\n{foreign.line_ids.unique_id};x\n"
        both = self.users["user"].copy({"login": "both"})
        both.company_ids = [Command.link(self.other_company.id)]
        for user in (self.users["user"], both):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                wizards = self.env["passport.return"].with_user(user)
                wizards = wizards.with_context(allowed_company_ids=user.company_ids.ids)
                wizard = wizards.create(
                    {
                        "company_id": self.company.id,
                        "upload": base64.b64encode(text.encode()),
                        "file_name": "x.csv",
                    }
                )
                wizard.action_preview()
                self.assertEqual(wizard.line_ids.outcome, "unknown")
                with self.assertRaises(UserError):
                    wizard.action_apply()
        seen = self.env["passport.deposit.reject"].with_user(self.users["user"])
        seen = seen.with_context(allowed_company_ids=self.company.ids)
        with self.assertRaises(AccessError):
            seen.create({"deposit_id": foreign.id, "reason": "x"}).action_confirm()
