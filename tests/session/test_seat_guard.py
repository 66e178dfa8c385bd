from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestSeatGuard(PassportCase):
    """Who is declared stays who they are, and where, whatever is done to the registration."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe, cls.jean = cls.make_attendees(["Zoé Lefèvre", "Jean Martin"])
        cls.session_sst = cls.make_session()
        cls.registration = cls.make_registration(cls.session_sst, cls.zoe)

    def declared(self):
        deposit = self.make_deposit(self.registration, role="declarant")
        deposit._render_file()
        deposit.action_mark_deposited()
        self.env.invalidate_all()
        return deposit

    def assertStays(self, values):
        with self.assertRaisesRegex(UserError, r"Zoé Lefèvre \(PP-"):
            self.registration.write(values)

    def test_another_person_on_the_seat(self):
        self.registration.attendee_partner_id = self.jean
        self.registration.attendee_partner_id = self.zoe
        self.declare(self.registration)
        self.assertStays({"attendee_partner_id": self.jean.id})
        self.assertStays({"attendee_partner_id": False})
        self.registration.write({"attendee_partner_id": self.zoe.id, "phone": "0102030405"})

    def test_free_again_once_withdrawn(self):
        declaration = self.declare(self.registration)
        declaration.action_cancel()
        self.registration.attendee_partner_id = self.jean
        self.assertEqual(self.registration.attendee_partner_id, self.jean)

    def test_another_session_or_training_once_sent(self):
        self.declared()
        self.assertStays({"event_id": self.make_session().id})
        self.assertStays({"training_id": self.make_training(name="PRAP").id})

    def test_cancelled_or_archived_the_person_stays_declared(self):
        self.declared()
        self.registration.write({"state": "cancel", "active": False})
        again = self.make_registration(self.session_sst, self.zoe)
        self.assertFalse(self.declare(again))

    def test_merge_of_two_who_are_declared(self):
        other = self.make_registration(self.session_sst, self.jean)
        self.declare(self.registration | other)
        self.env["passport.nir"].search([("partner_id", "=", self.jean.id)])._erase("erase")
        merge = self.env["base.partner.merge.automatic.wizard"]
        with self.assertRaisesRegex(UserError, "each of them is declared"):
            merge._merge((self.zoe | self.jean).ids, self.zoe)
        other.passport_line_ids._withdraw("Même personne")
        merge._merge((self.zoe | self.jean).ids, self.zoe)
        self.assertEqual(other.attendee_partner_id, self.zoe)
        self.assertIn("duplicate_attendee", self.issue_codes(other))
