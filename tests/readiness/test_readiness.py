import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ...models.declaration.passport_declaration_faults import ISSUE_BY_KIND
from ..common import NOW, SIRET_OTHER_CLIENT, PassportCase, nir_with_key

BLOCKING = {
    "attendee_missing",
    "attendee_to_make",
    "attendee_differs",
    "before_first_day",
    "no_training",
    "not_attended",
    "session_not_finished",
    "training_missing",
    "not_eligible",
    "subcontracted",
    "nir_missing",
    "nir_invalid",
    "nir_refused",
    "birth_name_missing",
    "birth_name_too_long",
    "forbidden_character",
    "employer_missing",
    "siret_missing",
    "siret_invalid",
    "rome_count",
    "formacode_count",
    "nsf_count",
    "rs_missing",
    "training_name_too_long",
    "dates_invalid",
    "validity_before_end",
    "duplicate_attendee",
    "already_declared",
    "outcome_missing",
    "employer_abroad",
    "employer_reference_too_long",
    "rs_transmitted",
    "jdr_incomplete",
    "jdr_value_invalid",
}
WARNINGS = {
    "nir_provisional",
    "nir_month_unusual",
    "nir_key_unchecked",
    "same_nir_other_contact",
    "rs_outcome_unknown",
    "duplicate_session",
}

JDR = {"passport_document": "jdr", "jdr_type": "CERTIFICAT"}

# Code: what to do to a ready registration, and where it is then to be mended.
CASES = {
    "attendee_missing": (
        lambda case, reg: reg.write({"attendee_partner_id": False, "name": reg.partner_id.name}),
        "registration",
    ),
    "attendee_to_make": (
        lambda case, reg: reg._assign_attendee({"attendee_partner_id": False}),
        "registration",
    ),
    "attendee_differs": (
        lambda case, reg: reg.write(
            {"name": "Yves Autret", "attendee_partner_id": reg.attendee_partner_id.id}
        ),
        "registration",
    ),
    "no_training": (
        lambda case, reg: (
            reg.company_id.write({"passport_events_are_trainings": False}),
            reg.event_id.write({"training_id": False}),
        ),
        "session",
    ),
    "before_first_day": (
        lambda case, reg: reg.event_id.write(
            {"date_begin": "2025-08-28 07:00:00", "date_end": "2025-08-29 15:00:00"}
        ),
        "session",
    ),
    "not_attended": (lambda case, reg: reg.write({"state": "open"}), "registration"),
    "session_not_finished": (
        lambda case, reg: reg.event_id.write({"date_end": NOW + timedelta(minutes=1)}),
        "session",
    ),
    "training_missing": (lambda case, reg: reg.event_id.write({"training_id": False}), "session"),
    "not_eligible": (
        lambda case, reg: reg.training_id.write({"passport_gives_proof": "no"}),
        "training",
    ),
    "subcontracted": (lambda case, reg: reg.event_id.write({"is_subcontracted": True}), "session"),
    "nir_missing": (lambda case, reg: reg.attendee_partner_id.write({"nir": False}), "attendee"),
    "nir_invalid": (
        lambda case, reg: reg.attendee_partner_id.write({"nir": "185047500608400"}),
        "attendee",
    ),
    "nir_refused": (lambda case, reg: case.refuse(reg.attendee_partner_id), "attendee"),
    "birth_name_missing": (
        lambda case, reg: reg.attendee_partner_id.write({"birth_name": False}),
        "attendee",
    ),
    "birth_name_too_long": (
        lambda case, reg: reg.attendee_partner_id.write({"birth_name": "É" * 31}),
        "attendee",
    ),
    "forbidden_character": (
        lambda case, reg: reg.attendee_partner_id.write({"birth_name": "LE|FÈVRE"}),
        "attendee",
    ),
    "employer_missing": (lambda case, reg: reg.write({"employer_id": False}), "registration"),
    "siret_missing": (
        lambda case, reg: reg.employer_id.write({"company_registry": False}),
        "employer",
    ),
    "siret_invalid": (
        lambda case, reg: reg.employer_id.write({"company_registry": "78945612600019"}),
        "employer",
    ),
    "rome_count": (
        lambda case, reg: reg.training_id.write(
            {"rome_code_ids": [Command.set(case.codes("rome", 2).ids)]}
        ),
        "training",
    ),
    "formacode_count": (
        lambda case, reg: reg.training_id.write({"formacode_ids": False}),
        "training",
    ),
    "nsf_count": (lambda case, reg: reg.training_id.write({"nsf_code_ids": False}), "training"),
    "rs_missing": (lambda case, reg: reg.training_id.write({"is_certifying": True}), "training"),
    "training_name_too_long": (
        lambda case, reg: reg.training_id.write({"name": "S" * 251}),
        "training",
    ),
    "dates_invalid": (
        lambda case, reg: reg.write({"validity_end_date": "2026-09-09"}),
        "registration",
    ),
    "validity_before_end": (
        lambda case, reg: reg.write({"validity_start_date": "2026-09-09"}),
        "registration",
    ),
    "duplicate_attendee": (
        lambda case, reg: case.make_registration(reg.event_id, reg.attendee_partner_id),
        "registration",
    ),
    "already_declared": (lambda case, reg: case.declare(reg), "declaration"),
    "outcome_missing": (
        lambda case, reg: reg.training_id.write({**JDR, "jdr_name": "Certificat SST"}),
        "registration",
    ),
    "jdr_incomplete": (
        lambda case, reg: (reg.training_id.write(JDR), reg.write({"outcome": "passed"})),
        "training",
    ),
    "jdr_value_invalid": (
        lambda case, reg: (
            reg.training_id.write({**JDR, "jdr_name": "Certificat SST"}),
            reg.write({"outcome": "passed", "jdr_proof_link": "ftp://proof.example"}),
        ),
        "registration",
    ),
    "employer_abroad": (
        lambda case, reg: reg.employer_id.write(
            {"company_registry": False, "country_id": case.env.ref("base.mc").id}
        ),
        "employer",
    ),
    "employer_reference_too_long": (
        lambda case, reg: reg.write({"employer_reference": "R" * 256}),
        "registration",
    ),
    "rs_outcome_unknown": (
        lambda case, reg: (
            reg.training_id.write({"is_certifying": True, "rs_code_id": case.codes("rs").id}),
            reg.write({"validity_start_date": "2026-11-16"}),
        ),
        "registration",
    ),
    "duplicate_session": (
        lambda case, reg: case.make_registration(
            reg.event_id.copy({"name": "SST, copie"}), reg.attendee_partner_id
        ),
        "registration",
    ),
    "rs_transmitted": (
        lambda case, reg: (
            reg.training_id.write(
                {
                    **JDR,
                    "jdr_name": "CACES",
                    "is_certifying": True,
                    "rs_code_id": case.codes("rs").id,
                }
            ),
            reg.write({"outcome": "passed", "validity_start_date": "2026-11-16"}),
        ),
        "training",
    ),
    "nir_provisional": (
        lambda case, reg: reg.attendee_partner_id.write({"nir": nir_with_key("7850475006084")}),
        "attendee",
    ),
    "nir_month_unusual": (
        lambda case, reg: reg.attendee_partner_id.write({"nir": nir_with_key("1852075006084")}),
        "attendee",
    ),
    "nir_key_unchecked": (
        lambda case, reg: reg.attendee_partner_id.write({"nir": "1850475006084"}),
        "attendee",
    ),
    "same_nir_other_contact": (
        lambda case, reg: case.make_attendee(
            "Zoé Le Fèvre", nir=case.nir_of(reg.attendee_partner_id)
        ),
        "attendee",
    ),
}


@tagged("post_install", "-at_install", "passport")
class TestReadiness(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attendee = cls.make_attendee()
        cls.registration = cls.make_registration(attendee=cls.attendee)

    def refuse(self, person):
        person.nir = False
        person.action_nir_refused()

    def record_to_mend(self, where):
        registration = self.registration
        return {
            "registration": registration,
            "session": registration.event_id,
            "training": self.training,
            "attendee": self.attendee,
            "employer": self.client,
            "declaration": registration.passport_line_ids.declaration_id,
        }[where]

    def test_registration_with_everything_is_ready(self):
        self.assertEqual(self.registration._passport_issues(), {self.registration: []})
        self.assertEqual(self.registration.passport_state, "ready")
        self.assertFalse(self.registration.passport_issues)

    def test_every_code_has_its_case_and_its_data(self):
        self.assertEqual(set(CASES), BLOCKING | WARNINGS)
        # Those of the portal's rejections have their cases in test_return_corrections.
        rejections = set(ISSUE_BY_KIND.values())
        issues = self.env["passport.issue"].search([])
        blocking = set(issues.filtered("is_blocking").mapped("code"))
        self.assertEqual(blocking, BLOCKING | rejections)
        self.assertEqual(set(issues.mapped("code")) - blocking, WARNINGS)
        self.assertEqual(issues._codes("warning"), WARNINGS)
        self.assertEqual(
            issues._codes("not_concerned"),
            {
                "before_first_day",
                "no_training",
                "not_eligible",
                "rs_transmitted",
                "subcontracted",
            },
        )
        self.assertTrue(all(issues.mapped("message")))

    def test_each_code(self):
        """Alone, with the record to mend, its name in the message, and no digits of a NIR."""
        for code, (arrange, where) in CASES.items():
            with self.subTest(code=code), self.env.cr.savepoint() as savepoint:
                arrange(self, self.registration)
                self.assertEqual(self.issue_codes(self.registration), [code])
                message, record = self.issue(self.registration, code)
                self.assertEqual(record, self.record_to_mend(where))
                self.assertIn(record.display_name, message)
                self.assertNotRegex(re.sub(r"PP-2026-\d+|01/09/2025", "", message), r"\d{4}")
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_state_and_issues_of_each_code_are_stored(self):
        states = {
            "already_declared": "in_progress",
            "before_first_day": "not_concerned",
            "no_training": "not_concerned",
            "not_eligible": "not_concerned",
            "subcontracted": "not_concerned",
            "rs_transmitted": "not_concerned",
            **dict.fromkeys(WARNINGS, "ready"),
        }
        for code, (arrange, _where) in CASES.items():
            with self.subTest(code=code), self.env.cr.savepoint() as savepoint:
                arrange(self, self.registration)
                state = states.get(code, "blocked")
                self.assertEqual(self.registration.passport_state, state)
                shown = [] if code in ("already_declared", "no_training") else [code]
                self.assertEqual(self.registration.passport_issue_ids.mapped("code"), shown)
                self.assertEqual(bool(self.registration.passport_issues), bool(shown))
                domain = [("passport_state", "=", state), ("id", "=", self.registration.id)]
                self.assertEqual(self.registration.search(domain), self.registration)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_several_issues_come_together(self):
        self.attendee.write({"nir": False, "birth_name": "É" * 31 + "|"})
        self.client.company_registry = "123"
        self.assertCountEqual(
            self.issue_codes(self.registration),
            ["nir_missing", "birth_name_too_long", "forbidden_character", "siret_invalid"],
        )

    def test_one_recordset_tells_each_registration_its_own(self):
        other = self.make_registration(
            self.registration.event_id, self.make_attendee("Théo", nir=False)
        )
        self.assertEqual(
            {
                reg: [code for code, *_rest in found]
                for reg, found in (self.registration | other)._passport_issues().items()
            },
            {self.registration: [], other: ["nir_missing"]},
        )
        self.assertEqual(self.env["event.registration"]._passport_issues(), {})

    def test_forbidden_characters_elsewhere(self):
        for record, fname, where in [
            (self.training, "name", "training"),
            (self.registration, "employer_reference", "registration"),
        ]:
            with self.subTest(fname=fname):
                record[fname] = 'a"b'
                message, to_mend = self.issue(self.registration, "forbidden_character")
                self.assertEqual(to_mend, self.record_to_mend(where))
                self.assertIn('"', message)
                record[fname] = "ab"

    def test_invisible_characters_are_named_by_their_number(self):
        self.attendee.birth_name = "LE\u200bFÈVRE"
        self.assertIn("U+200B", self.issue(self.registration, "forbidden_character")[0])

    def test_certifying_training_needs_an_rs_code_and_no_other(self):
        training = self.make_certifying_training()
        registration = self.make_registration(self.make_session(training), self.attendee)
        self.assertEqual(self.issue_codes(registration), [])
        training.rome_code_ids = self.codes("rome", 11)
        self.assertEqual(self.issue_codes(registration), ["rome_count"])

    def test_slot_is_the_session(self):
        session = self.make_session(
            is_multi_slots=True, date_begin="2026-09-07 05:00:00", date_end="2026-11-30 20:00:00"
        )
        past, future = (self.make_slot(session, day) for day in ("2026-09-08", "2026-11-03"))
        held = self.make_registration(session, self.attendee, event_slot_id=past.id)
        to_come = self.make_registration(session, self.attendee, event_slot_id=future.id)
        self.assertEqual(self.issue_codes(held), [])
        self.assertEqual(self.issue_codes(to_come), ["session_not_finished"])
        self.assertEqual(fields.Date.to_string(held.validity_start_date), "2026-09-08")

    def test_session_is_finished_once_its_day_is_over_in_its_timezone_and_in_paris(self):
        """The portal refuses a training that ends after its own today, which is Paris's."""
        session = self.make_session(
            date_begin="2026-10-15 04:00:00",
            date_end="2026-10-15 21:00:00",
            date_tz="Indian/Reunion",
        )
        registration = self.make_registration(session, self.attendee)
        for moment, codes in [
            ("2026-10-15 20:59:59", ["session_not_finished"]),
            # 23:00 in Paris, but the session ended on the 16th in Réunion
            ("2026-10-15 21:00:00", ["session_not_finished"]),
            ("2026-10-15 22:00:00", []),
        ]:
            with self.subTest(moment=moment), freeze_time(moment):
                self.assertEqual(self.issue_codes(registration), codes)

    def test_same_nir_is_told_of_both_contacts(self):
        twin = self.make_attendee("Zoé Le Fèvre", nir=self.nir_of(self.attendee))
        registration = self.make_registration(attendee=twin)
        self.assertIn("Zoé Le Fèvre", self.issue(self.registration, "same_nir_other_contact")[0])
        self.assertIn("Zoé Lefèvre", self.issue(registration, "same_nir_other_contact")[0])
        twin.nir = False
        self.assertEqual(self.issue_codes(self.registration), [])

    def test_contacts_of_other_companies_are_not_named(self):
        self.make_attendee(
            "Zoé Ailleurs",
            nir=self.nir_of(self.attendee),
            company_id=self.other_company.id,
            parent_id=False,
        )
        registration = self.as_role(self.registration, "user").with_context(lang="en_US")
        self.assertIn("another company", registration.passport_issues)
        self.assertNotIn("Ailleurs", registration.passport_issues)
        # Who sees both companies reads the name, also in the same transaction.
        self.assertIn("Zoé Ailleurs", self.registration.passport_issues)

    def test_mend_opens_the_blocking_issue_first(self):
        self.attendee.nir = "1850475006084"
        self.client.company_registry = False
        action = self.registration.action_passport_mend()
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", self.client.id))

    def test_each_reason_has_its_own_way(self):
        self.attendee.write({"nir": False, "birth_name": False})
        self.client.company_registry = False
        registration = self.as_role(self.registration, "declarant")
        dialog = registration.action_passport_mend()
        self.assertEqual((dialog["res_model"], dialog["target"]), ("passport.mend", "new"))
        lines = (
            self.as_role(self.env["passport.mend"], "declarant").browse(dialog["res_id"]).line_ids
        )
        ways = [line.action_go() for line in lines]
        self.assertEqual(
            [(way["res_model"], way["res_id"], way["context"]["passport_focus"]) for way in ways],
            [
                ("res.partner", self.attendee.id, "nir_entry"),
                ("res.partner", self.attendee.id, "birth_name"),
                ("res.partner", self.client.id, "company_registry"),
            ],
        )
        # Who may not see a record is not led to it, and nobody reads the list of another user.
        with self.assertRaises(AccessError):
            self.as_role(lines, "user").read(["message"])

    def test_each_place_is_a_field_of_its_record(self):
        for code, (arrange, _where) in CASES.items():
            with self.subTest(code=code), self.env.cr.savepoint() as savepoint:
                arrange(self, self.registration)
                (place,) = self.env["passport.readiness"]._places(self.registration)
                self.assertEqual(place.code, code)
                if place.field:
                    self.assertIn(place.field, place.record._fields)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_mending_is_for_who_may_see_the_attendee(self):
        elsewhere = self.make_session(company_id=self.other_company.id)
        foreign = self.make_registration(elsewhere, self.make_attendee("Autre", nir=False))
        with self.assertRaises(AccessError):
            self.as_role(foreign, "user").action_passport_mend()

    def test_query_count_does_not_grow_with_the_attendees(self):
        small, large = self.make_ready(10), self.make_ready(40)
        (small | large)._passport_issues()
        self.assertEqual(
            self.queries_of(small._passport_issues), self.queries_of(large._passport_issues)
        )

    def test_messages_are_those_of_the_user_s_language(self):
        self.attendee.nir = False
        for role in ("user", "declarant"):
            registration = self.as_role(self.registration, role)
            self.assertEqual(self.issue_codes(registration), ["nir_missing"])
            self.assertEqual(
                self.issue(registration, "nir_missing")[1].env.uid, self.users[role].id
            )

    def test_other_employer_without_siret_does_not_block(self):
        self.registration.employer_id = self.make_client("Autre", SIRET_OTHER_CLIENT)
        self.client.company_registry = False
        self.assertEqual(self.registration.passport_state, "ready")
