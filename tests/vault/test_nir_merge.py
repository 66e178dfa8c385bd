import os
from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_nir import NIR, SHOWN, NirCase


@tagged("post_install", "-at_install", "passport")
class TestNirMerge(NirCase):
    def merge(self, kept, *others):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        people = kept.union(*others)
        wizard._merge(people.ids, kept)
        self.env.invalidate_all()

    def assertNoOrphan(self):
        self.assertFalse(
            self.sql(
                "SELECT 1 FROM passport_nir WHERE partner_id NOT IN (SELECT id FROM res_partner)"
            )
        )

    def test_contact_that_stays_keeps_its_number(self):
        without = self.make_attendee("Zoé Lefevre", nir=False)
        self.merge(self.zoe, without)
        self.assertEqual((self.nir_of(self.zoe), self.zoe.nir_state), (SHOWN, "provided"))
        self.assertNoOrphan()

    def test_contact_that_stays_takes_the_number_over(self):
        without = self.make_attendee("Zoé Lefevre", nir=False)
        registration = self.make_registration(attendee=without)
        self.merge(without, self.zoe)
        self.assertEqual((self.nir_of(without), without.nir_state), (SHOWN, "provided"))
        self.assertEqual(registration.passport_state, "ready")
        self.assertNoOrphan()

    def test_same_number_twice_is_one_person(self):
        twin = self.make_attendee("Zoé Lefevre", nir=NIR[:13])
        registration = self.make_registration(attendee=self.zoe)
        self.assertEqual(self.issue_codes(registration), ["same_nir_other_contact"])
        self.merge(self.zoe, twin)
        self.assertEqual(self.nir_of(self.zoe), SHOWN)
        self.assertEqual(self.issue_codes(registration), [])
        self.assertFalse(registration.passport_issue_ids)
        self.assertNoOrphan()

    def test_two_numbers_are_two_people(self):
        for kept, other in ((self.zoe, self.theo), (self.theo, self.zoe)):
            with self.subTest(kept=kept.name), self.assertRaises(UserError) as caught:
                self.merge(kept, other)
            self.assertNotIn(NIR[:5], str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual(self.nir_of(self.zoe), SHOWN)
        self.assertTrue(self.row_of(self.theo))

    def test_number_that_cannot_be_read_is_not_lost(self):
        """With a key missing at the moment, who is who cannot be told: nothing may be thrown away."""
        without = self.make_attendee("Zoé Lefevre", nir=False)
        lost = {"PASSPORT_NIR_KEYS": "other:ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A="}
        with (
            patch.dict(os.environ, lost),
            mute_logger("odoo.addons.passeport_prevention.models.vault.passport_nir"),
            suppress(UserError),
        ):
            self.merge(without, self.zoe)
        self.env.invalidate_all()
        self.assertEqual(self.nir_of(self.zoe.exists() or without), SHOWN)

    def test_merge_makes_a_duplicate_of_one_session_visible(self):
        session, twin = self.make_session(), self.make_attendee("Zoé Lefevre", nir=False)
        registrations = self.make_registration(session, self.zoe) | self.make_registration(
            session, twin
        )
        self.merge(self.zoe, twin)
        for registration in registrations:
            self.assertEqual(self.issue_codes(registration), ["duplicate_attendee"])
            self.assertEqual(registration.passport_state, "blocked")
