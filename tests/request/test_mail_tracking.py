from unittest import SkipTest

from odoo.tests import tagged
from odoo.tools import SQL

from ..vault.test_nir import NIR
from .test_letters import DOWN, LetterCase


@tagged("post_install", "-at_install", "passport")
class TestMailTracking(LetterCase):
    """Beside OCA's mail_tracking (``./dev test --with mail_tracking --addons-path FOLDER``)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mail.tracking.email" not in cls.env:
            raise SkipTest("OCA's mail_tracking is not installed")

    def kept(self):
        """Return all that stands in the tables of mail_tracking, and of e-mails that were sent."""
        tables = ("mail_tracking_email", "mail_tracking_event", "mail_mail", "mail_message")
        texts = []
        for table in tables:
            rows = SQL("SELECT to_jsonb(t)::text FROM %s t", SQL.identifier(table))
            texts += [text for (text,) in self.env.execute_query(rows)]
        return "\n".join(texts)

    def test_no_link_is_kept(self):
        (mail,) = self.leave(lambda: self.ask(self.registration))
        token = self.token()
        self.assertIn(token, mail["body"])
        self.assertIn("data-odoo-tracking-email", mail["body"])
        self.assertTrue(self.env["mail.tracking.email"].search([("recipient", "ilike", "ines@")]))
        self.assertNotIn(token[16:], self.kept())

    def test_neither_of_a_mail_that_failed(self):
        self.leave_with(DOWN, lambda: self.ask(self.registration))
        self.assertNotIn(self.token()[16:], self.kept())

    def test_no_number_is_kept(self):
        self.as_role(self.ines, "declarant").nir_entry = NIR
        values = {"body": "Merci", "partner_ids": self.ines.ids}
        self.leave(lambda: self.ines.message_post(**values))
        self.env.flush_all()
        self.assertNotIn(NIR[:13], self.kept().replace(" ", ""))
