import os
from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import nir_with_key
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

    def test_registrations_follow_the_name_that_stays(self):
        married = self.make_attendee("Zoé Riou", nir=False)
        registration = self.make_registration(attendee=married)
        self.merge(self.zoe, married)
        self.assertEqual(registration.attendee_partner_id, self.zoe)
        self.assertEqual(registration.name, self.zoe.name)
        self.assertFalse(registration.attendee_differs)

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

    def test_both_declared_for_one_session_stay_apart(self):
        twin = self.make_attendee("Zoé Lefevre", nir=False)
        session = self.make_session()
        registrations = self.make_registrations(session, self.zoe | twin)
        # The twin gets the number after it was declared without: by another number.
        twin.nir = nir_with_key("2850475006111")
        declarations = self.declare(registrations)
        twin.nir = NIR
        lines = declarations.line_ids
        self.assertEqual(len(lines), 2)
        with self.assertRaises(UserError) as caught:
            self.merge(self.zoe, twin)
        self.assertIn(declarations.name, str(caught.exception))
        self.assertIn("Withdraw", str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual(lines.exists().partner_id, self.zoe | twin)
        self.env["passport.transition"]._withdraw(
            lines.filtered(lambda line: line.partner_id == twin)
        )
        self.merge(self.zoe, twin)
        self.assertEqual(lines.exists().partner_id, self.zoe)
        self.assertEqual(len(lines.exists()), 2)

    def test_both_declared_for_other_sessions_are_one(self):
        twin = self.make_attendee("Zoé Lefevre", nir=False)
        lines = self.env["passport.declaration.line"]
        for person in (self.zoe, twin):
            registration = self.make_registration(self.make_session(), person)
            person.nir = NIR if person == self.zoe else nir_with_key("2850475006111")
            lines |= self.declare(registration).line_ids
        twin.nir = NIR
        self.merge(self.zoe, twin)
        self.assertEqual(lines.exists().partner_id, self.zoe)
        self.assertEqual(len(lines.exists()), 2)

    def test_one_number_is_one_person_whatever_the_address(self):
        twin = self.make_attendee("Zoé Lefevre", nir=NIR, email="zoe@ailleurs.example")
        self.zoe.email = "zoe@menuiserie.example"
        action = self.as_role(self.zoe, "declarant").action_merge_same_nir()
        wizard = self.as_role(self.env[action["res_model"]], "declarant").with_context(
            **action["context"]
        )
        wizard.create({"dst_partner_id": self.zoe.id}).action_merge()
        self.env.invalidate_all()
        self.assertFalse(twin.exists())
        self.assertEqual(self.zoe.email, "zoe@menuiserie.example")
        self.assertEqual(self.nir_of(self.zoe), SHOWN)
        # Without the number the address is what tells people apart.
        other = self.make_attendee("Zoé Lefèvre", nir=False, email="autre@ailleurs.example")
        with self.assertRaises(UserError):
            wizard._merge((self.zoe | other).ids, self.zoe)

    def test_a_refusal_goes_with_the_person(self):
        refusing = self.make_attendee("Inès Riou", nir=False)
        other = self.make_attendee("Ines Riou", nir=False)
        self.env["passport.nir.refuse"].create(
            {"partner_id": refusing.id, "proof": "SmUgcmVmdXNl", "proof_name": "refus.txt"}
        ).action_confirm()
        proof = refusing.nir_refusal_proof_id
        since = refusing.nir_state_date
        wizard = self.as_role(self.env["base.partner.merge.automatic.wizard"], "user").create({})
        wizard._merge((refusing | other).ids, other.with_env(wizard.env))
        self.env.invalidate_all()
        self.assertEqual((other.nir_state, other.nir_state_date), ("refused", since))
        self.assertEqual(other.nir_refusal_proof_id, proof)
        self.assertEqual((proof.res_model, proof.res_id), ("res.partner", other.id))

    def test_merge_makes_a_duplicate_of_one_session_visible(self):
        session, twin = self.make_session(), self.make_attendee("Zoé Lefevre", nir=False)
        registrations = self.make_registration(session, self.zoe) | self.make_registration(
            session, twin
        )
        self.merge(self.zoe, twin)
        for registration in registrations:
            self.assertEqual(self.issue_codes(registration), ["duplicate_attendee"])
            self.assertEqual(registration.passport_state, "blocked")
