import random

from psycopg2.extras import Json

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...tools import authority_file
from ..common import SIRET_CLIENT, SIRET_LA_POSTE, SIRET_OTHER_CLIENT, PassportCase

# Letters as people have them, and what old data, pasted texts and forms of other tools bring along.
LETTERS = "abcdeÉéïçñ'-’ LŁøœ"
STRANGE = '|"\t\n\u00a0\u200b\u202f\u2028  7٣７½<>é😀'
COUNT = 160


@tagged("post_install", "-at_install", "passport")
class TestReadyMakesNoFileFail(PassportCase):
    """Who is ready is written: whatever the data hold, no rule of the file is broken."""

    def setUp(self):
        super().setUp()
        self.draw = random.Random("a file that the authority takes")

    def text(self, length, strange=0.1):
        """Return a text of about ``length`` characters, now and then a bad one."""
        size = self.draw.choice((1, length // 3, length - 1, length, length, length + 1))
        alphabet = LETTERS + (STRANGE if self.draw.random() < strange else "")
        return "".join(self.draw.choice(alphabet) for _number in range(max(1, size)))

    def put(self, records, **values):
        """Write values past the addon's own checks, as old databases and other addons have them."""
        for fname, value in values.items():
            self.env.flush_all()
            column = f'"{fname}"'
            self.env.cr.execute(
                f"UPDATE {records._table} SET {column} = %s WHERE id = ANY(%s)",
                [value, records.ids],
            )
        self.env.invalidate_all()

    def make_trainings(self):
        trainings = self.training
        for number in range(6):
            values = {"validity_months": self.draw.choice((0, 12, 24))}
            if number % 2:
                jdr_type = self.draw.choice(authority_file.JDR_TYPES)
                values |= {
                    "passport_document": "jdr",
                    "jdr_type": jdr_type,
                    "jdr_name": "Certificat",
                }
            make = self.make_certifying_training if number % 3 == 2 else self.make_training
            training = make(name=f"Formation {number}", **values)
            if number > 3:
                self.put(training, jdr_name=self.text(255), jdr_option=self.text(300))
            trainings |= training
        return trainings

    def make_people(self, sessions):
        people = self.make_attendees([f"Zoé Lefèvre {number}" for number in range(COUNT)])
        registrations = self.env["event.registration"]
        employers = self.client | self.make_client("Autre", SIRET_OTHER_CLIENT)
        employers |= self.make_client("La Poste", SIRET_LA_POSTE)
        for person in people:
            session = self.draw.choice(sessions)
            registrations |= self.make_registration(
                session, person, outcome=self.draw.choice(("attended", "passed", "failed"))
            )
            employer = self.draw.choice(employers)
            registrations[-1].write(
                {"employer_id": employer.id, "without_employer": self.draw.random() < 0.1}
            )
        self.put(
            employers[1], company_registry=self.draw.choice((SIRET_CLIENT, " 789 456 126 00018"))
        )
        return registrations

    def spoil(self, registrations):
        """Give each what data hold in real life; some stay as they are."""
        for registration in registrations:
            person = registration.attendee_partner_id
            if self.draw.random() < 0.5:
                self.put(person, birth_name=self.text(30))
            if self.draw.random() < 0.4:
                self.put(registration, employer_reference=self.text(255))
            for fname, length in (("jdr_result", 1000), ("jdr_mention", 255)):
                if self.draw.random() < 0.3:
                    self.put(registration, **{fname: self.text(length, strange=0.05)})
            if self.draw.random() < 0.3:
                address = "https://preuves.example/" + self.text(20).replace(" ", "")
                self.put(
                    registration, jdr_proof_link=self.draw.choice((address, "preuves.example"))
                )
            if self.draw.random() < 0.2:
                self.put(
                    registration, validity_end_date=self.draw.choice(("2026-09-10", "2025-01-01"))
                )
            if self.draw.random() < 0.2:
                start = self.draw.choice(("2026-09-09", "2026-09-11", None))
                self.put(registration, validity_start_date=start)
        self.env["passport.readiness"]._refresh(registrations)

    def test_every_ready_attendee_is_in_a_file(self):
        trainings = self.make_trainings()
        sessions = [self.make_session(training) for training in trainings]
        registrations = self.make_people(sessions)
        self.spoil(registrations)
        ready = registrations.filtered(lambda reg: reg.passport_state == "ready")
        blocked = registrations.filtered(lambda reg: reg.passport_state == "blocked")
        self.assertEqual(ready, registrations._passport_ready())
        self.assertGreater(len(ready), COUNT // 5)
        self.assertGreater(len(blocked), COUNT // 5)
        declarations = self.declare(registrations)
        self.assertEqual(set(declarations.line_ids.registration_id), set(ready))
        written = 0
        for _document, found in declarations.grouped("document").items():
            deposit = self.as_role(found._create_deposit(), "declarant")
            try:
                content = self.file_of(deposit)
            except UserError as error:
                self.fail(f"ready, and not written: {error}")
            written += len(content.decode().splitlines()) - 1
        self.assertEqual(written, len(ready))

    def test_what_no_column_takes_is_blocked(self):
        """Each limit, from both sides: written as it is, or blocked."""
        person = self.make_attendee()
        registration = self.make_registration(attendee=person)
        for record, fname, good, bad in [
            (person, "birth_name", "É" * 30, "É" * 31),
            (person, "birth_name", "LE FÈVRE", " LEFÈVRE"),
            (person, "birth_name", "LEFÈVRE", "LEFÈVRE\u202f"),
            (person, "birth_name", "LEFÈVRE", "LEFÈVRE７"),
            (registration, "employer_reference", "R" * 255, "R" * 256),
            (registration, "employer_reference", "R-1", "R-1\u00a0"),
            (self.training, "name", Json({"en_US": "S" * 250}), Json({"en_US": "S" * 251})),
            (self.training, "name", Json({"en_US": "SST"}), Json({"en_US": "SST "})),
            (self.training, "name", Json({"en_US": "SST"}), Json({"en_US": 'S"ST'})),
        ]:
            for value, state in ((good, "ready"), (bad, "blocked"), (good, "ready")):
                self.put(record, **{fname: value})
                self.env["passport.readiness"]._refresh(registration)
                with self.subTest(fname=fname, value=value):
                    self.assertEqual(registration.passport_state, state)
