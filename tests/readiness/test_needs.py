from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestNeeds(PassportCase):
    """What is still to be asked follows from the issues, whatever made them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.make_attendee()
        cls.registration = cls.make_registration(attendee=cls.person)

    def assertNeeds(self, *names, registration=None):
        registration = self.registration if registration is None else registration
        self.env.flush_all()
        needs = self.env["passport.needs"]
        self.assertEqual(needs._of(registration), {registration: frozenset(names)})
        own = [("id", "=", registration.id)]
        for name in ("name", "nir", "birth_name", "employer", "siret"):
            found = registration.search([*needs._domain(name), *own])
            self.assertEqual(bool(found), name in names, name)
        asked = not {"nir", "birth_name"}.isdisjoint(names)
        self.assertEqual(registration.passport_asks_person, asked)
        for value in (True, False):
            found = registration.search([("passport_asks_person", "=", value), *own])
            self.assertEqual(bool(found), asked == value)

    def test_nothing_of_who_is_ready_or_declared(self):
        self.assertNeeds()
        self.declare(self.registration)
        self.person.write({"birth_name": False})
        self.assertNeeds()

    def test_a_number_that_is_missing_wrong_or_purged(self):
        self.person.nir = False
        self.assertNeeds("nir")
        self.person.nir = "185047500608400"
        self.assertEqual(self.person.nir_state, "provided")
        self.assertNeeds("nir")
        self.person.sudo().nir_vault_ids._erase("purge")
        self.assertEqual(self.person.nir_state, "purged")
        self.assertNeeds("nir")

    def test_before_the_end_of_the_session_already(self):
        session = self.make_session(
            date_begin="2026-11-09 07:00:00", date_end="2026-11-10 15:00:00"
        )
        person = self.make_attendee("Théo", nir=False, birth_name=False)
        registration = self.make_registration(session, person, state="open")
        self.assertNeeds("nir", "birth_name", registration=registration)

    def test_who_refuses_is_asked_nothing(self):
        self.person.write({"nir": False, "birth_name": False})
        self.assertNeeds("nir", "birth_name")
        self.person.action_nir_refused()
        self.assertNeeds()
        self.person.action_nir_ask_again()
        self.assertNeeds("nir", "birth_name")

    def test_a_rejected_pair_is_asked_for_again_until_it_changes(self):
        deposit = self.make_deposit(self.registration)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        deposit.line_ids._reject("NIR et nom de naissance inconnus")
        self.assertEqual(self.registration.passport_state, "rejected")
        self.assertNeeds("nir", "birth_name")
        self.person.birth_name = "LEFEVRE-MARTIN"
        self.assertNeeds()

    def test_a_rejected_siret_is_asked_for_again(self):
        deposit = self.make_deposit(self.registration)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        deposit.line_ids._reject("SIRET inconnu")
        self.assertNeeds("siret")

    def test_the_employer_s_own(self):
        self.client.company_registry = False
        self.assertNeeds("siret")
        self.client.company_registry = "78945612600019"
        self.assertNeeds("siret")
        self.registration.employer_id = False
        self.assertNeeds("employer")
        self.registration.without_employer = True
        self.assertNeeds()

    def test_the_name_of_a_seat(self):
        self.registration.attendee_partner_id = False
        # Who is named only lacks a contact: nothing is asked of anybody.
        self.assertNeeds()
        self.registration.name = False
        self.assertNeeds("name")

    def test_not_of_who_is_not_to_be_declared(self):
        self.person.nir = False
        self.registration.state = "cancel"
        self.assertNeeds()
        self.registration.state = "done"
        self.registration.event_id.is_subcontracted = True
        self.assertNeeds()

    def test_one_query_whatever_the_number(self):
        small, large = self.make_ready(5), self.make_ready(40)
        needs = self.env["passport.needs"]
        self.assertEqual(
            self.queries_of(lambda: needs._of(small)), self.queries_of(lambda: needs._of(large))
        )
