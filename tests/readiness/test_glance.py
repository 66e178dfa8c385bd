"""Readiness reads columns, and leaves out at a glance who has no fault: what it says must not depend on
how many are asked about at once, nor on that glance."""

import random
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import SIRET_OF_B, PassportCase

ATTENDEES = 120
NAMES = (
    "DUPONT",
    "L'HERMITE",
    "JEAN-PAUL",
    "Ñandú",
    "ÿ",
    "Œuvre",
    "×",
    "a÷b",
    "a--b",
    "a'-b",
    "d’Arc",
    "-a",
    " LEAD",
    "TRAIL ",
    "JEAN  PAUL",
    "a|b",
    'a"b',
    "a\nb",
    "A\n",
    "e\u0301t\u00e9",
    "a\u00a0b",
    "a\u200bb",
    "ABC1",
    "ABC\u0663",
    "李",
    "\u212a",
    "ı",
    "X" * 100,
    "X" * 101,
    "",
    None,
)
REFERENCES = (
    None,
    "",
    "A12",
    "A/1 2_3.4-5",
    "A--12",
    "A|12",
    'A"1',
    " A",
    "A ",
    "é",
    "A\n",
    "X" * 255,
    "X" * 2000,
)
CHECK_CODES = (None, None, "", "nir_invalid", "nir_month_unusual")
DATES = ("2026-09-10", "2026-09-10", "2026-09-08", "2027-01-01", None)
OUTCOMES = ("attended", "attended", "passed", "failed", "absent", None)


@tagged("post_install", "-at_install", "passport")
class TestGlance(PassportCase):
    def setUp(self):
        super().setUp()
        self.draw = random.Random(19)
        self.registrations = self.make_drawn()

    def make_drawn(self):
        """Register people of whom anything may be wrong, as the database may hold them."""
        certificate = {"passport_document": "jdr", "jdr_type": "CERTIFICAT", "jdr_name": "SST"}
        trainings = (
            self.training,
            self.training,
            self.make_training(rome_code_ids=False),
            self.make_training(**certificate),
            self.make_certifying_training(),
        )
        trainings[-1].rs_code_id.is_transmitted = True
        sessions = [self.make_session(training) for training in trainings]
        sessions.append(self.make_session(is_subcontracted=True))
        sessions.append(self.make_session(date_end="2026-12-10 15:00:00"))
        people = self.make_attendees([f"Personne {n}" for n in range(ATTENDEES)])
        clients = [self.client, self.make_client("Sans", False), self.make_client("Faux", "1")]
        clients[1].country_id = self.env.ref("base.be")
        clients.append(self.make_client("Autre", SIRET_OF_B))
        registrations = self.env["event.registration"].union(
            *(self.make_registrations(self.draw.choice(sessions), person) for person in people)
        )
        self.env.flush_all()
        for registration in registrations:
            self.spoil(registration, clients, people)
        self.env.invalidate_all()
        registrations._mark_passport_state()
        self.env.flush_all()
        return registrations

    def spoil(self, registration, clients, people):
        person, choice = registration.attendee_partner_id.id, self.draw.choice
        self.set_columns("res_partner", "id", person, birth_name=choice(NAMES))
        self.set_columns("passport_nir", "partner_id", person, check_codes=choice(CHECK_CODES))
        if self.draw.random() < 0.1:
            self.env.cr.execute(
                "UPDATE passport_nir SET blind_index = other.blind_index FROM passport_nir other "
                "WHERE passport_nir.partner_id = %s AND other.partner_id = %s",
                (person, choice(people).id),
            )
        if self.draw.random() < 0.5:
            return
        self.set_columns(
            "event_registration",
            "id",
            registration.id,
            attendee_partner_id=choice((person, person, choice(people).id)),
            employer_id=choice(clients).id,
            employer_reference=choice(REFERENCES),
            validity_start_date=choice(DATES),
            validity_end_date=choice(DATES),
            outcome=choice(OUTCOMES),
            state=choice(("done", "done", "open")),
        )

    def set_columns(self, table, key, value, **values):
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), one) for name, one in values.items()
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE %s = %s",
                SQL.identifier(table),
                assignments,
                SQL.identifier(key),
                value,
            )
        )

    def found(self):
        return self.env["passport.readiness"]._found(self.registrations.ids)

    def test_left_out_is_faultless(self):
        found = self.found()
        everybody = type(self.env["passport.attendees"])
        with patch.object(everybody, "_plain", lambda *_args: SQL("FALSE")):
            self.assertEqual(found, self.found())
        codes = {fault.code for faults in found.values() for fault in faults}
        # All kinds are among them, and people without any.
        self.assertGreater(len(codes), 18, codes)
        self.assertGreater(len(self.registrations), len(found))

    def test_glance_spares_those_who_are_ready(self):
        people = self.make_ready(3)
        attendees, _shared = self.env["passport.attendees"]._read(people.ids)
        self.assertFalse(list(attendees))

    def test_single_as_in_set(self):
        together = self.registrations._passport_issues()
        for registration in self.registrations:
            self.assertEqual(registration._passport_issues()[registration], together[registration])

    def test_stored_is_what_is_computed(self):
        states = self.env["passport.readiness"]._states(self.registrations.ids)
        for registration in self.registrations:
            stored = registration.passport_state, {*registration.passport_issue_ids.mapped("code")}
            state, codes = states[registration.id]
            self.assertEqual(stored, (state, set(codes)))
        self.assertGreater(len(set(self.registrations.mapped("passport_state"))), 2)
        self.assertEqual(
            self.registrations._passport_ready(),
            self.registrations.filtered(lambda one: not self.blocked(one)),
        )

    def blocked(self, registration):
        warnings = self.env["passport.issue"]._codes("warning")
        return set(self.issue_codes(registration)) - warnings
