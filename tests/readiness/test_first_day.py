from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import format_date

from .test_deadline import JDR, DeadlineCase


@tagged("post_install", "-at_install", "passport")
class TestFirstDay(DeadlineCase):
    """What ended before the first declared day is nobody's task, unless the training body wants it."""

    def told(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return record.passport_state, record.passport_issue_ids.mapped("code")

    def test_earlier_sessions_are_not_concerned(self):
        days = {"2025-08-31": "not_concerned", "2025-09-01": "ready"}
        for (day, state), attendee in zip(
            days.items(), self.make_attendees(["A", "B"]), strict=True
        ):
            session = self.session_on(day)
            registration = self.make_registration(session, attendee)
            with self.subTest(day=day):
                self.assertEqual(self.told(registration)[0], state)
                is_early = state == "not_concerned"
                self.assertEqual(session.passport_step == "7_done", is_early)
                self.assertEqual(not registration.passport_reference_date, is_early)
                self.assertEqual(not registration.passport_deadline, is_early)

    def test_nobody_is_asked_for_an_earlier_session(self):
        attendee = self.make_attendee(nir=False)
        registration = self.make_registration(self.session_on("2025-08-29"), attendee)
        self.assertFalse(self.env["passport.needs"]._of(registration)[registration])
        self.assertIn(format_date(self.env, "2025-09-01"), registration.passport_issues)

    def test_a_session_without_attendees(self):
        self.assertEqual(self.deadline(self.session_on("2025-08-31")), ("", False))
        self.assertEqual(self.deadline(self.session_on("2025-09-01")), ("2026-09-30", "voluntary"))

    def test_the_day_is_that_of_the_place(self):
        """Half past ten in the evening of 31 August in Paris is 1 September in Saint-Denis."""
        for timezone, state in (("Europe/Paris", "not_concerned"), ("Indian/Reunion", "ready")):
            session = self.make_session(
                date_begin="2025-08-31 06:00:00", date_end="2025-08-31 20:30:00", date_tz=timezone
            )
            with self.subTest(timezone=timezone):
                registration = self.make_registration(session, self.make_attendee(timezone))
                self.assertEqual(self.told(registration)[0], state)

    def test_a_certificate_counts_from_its_validity(self):
        session = self.session_on("2025-08-29", self.make_training(**JDR))
        for day, state in (("2025-08-29", "not_concerned"), ("2025-09-01", "ready")):
            registration = self.make_registration(
                session, self.make_attendee(day), outcome="passed", validity_start_date=day
            )
            with self.subTest(day=day):
                self.assertEqual(self.told(registration)[0], state)

    def test_an_earlier_day_declares_voluntarily(self):
        early, later = (
            self.make_registration(self.session_on(day), attendee)
            for day, attendee in zip(
                ("2025-03-11", "2026-09-10"), self.make_attendees(["A", "B"]), strict=True
            )
        )
        empty = self.session_on("2025-03-12")
        settings = Form(self.as_role(self.env["passport.settings"], "manager"))
        settings.passport_first_day = "2025-03-01"
        settings.save()
        self.assertEqual(self.told(early), ("ready", []))
        self.assertEqual(early.passport_obligation, "voluntary")
        self.assertEqual(early.event_id.passport_step, "2_declare")
        self.assertEqual(self.deadline(empty), ("", "voluntary"))
        self.env.company.passport_first_day = "2026-09-11"
        self.assertEqual(self.told(early)[0], "not_concerned")
        self.assertEqual(self.told(later), ("not_concerned", ["before_first_day"]))
        self.env.company.passport_first_day = False
        self.assertEqual(self.told(early)[0], "not_concerned")
        self.assertEqual(self.told(later), ("ready", []))

    def test_what_is_in_a_declaration_stays_there(self):
        registration = self.make_registration(self.session_on("2026-09-10"))
        self.declare(registration)
        self.env.company.passport_first_day = "2026-10-01"
        self.assertEqual(self.told(registration)[0], "in_progress")

    def test_rejected_people_follow_it_too(self):
        registration = self.make_registration(self.session_on("2026-09-10"))
        deposit = self.make_deposit(registration)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        deposit.line_ids._reject("NIR inconnu")
        self.assertEqual(self.told(registration)[0], "rejected")
        self.env.company.passport_first_day = "2026-10-01"
        self.assertEqual(self.told(registration), ("not_concerned", ["before_first_day"]))
        self.env.company.passport_first_day = False
        self.assertEqual(self.told(registration)[0], "rejected")

    def test_rejected_people_follow_the_law_too(self):
        registration = self.make_registration(self.session_on("2026-09-10"))
        deposit = self.make_deposit(registration)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        deposit.line_ids._reject("NIR inconnu")
        rule = self.env["passport.law.rule"].search([("code", "=", "body_declares")])
        rule.date_from = "2026-09-11"
        self.assertEqual(self.told(registration)[0], "not_concerned")

    def test_session_goes_to_another_training_body(self):
        self.other_company.passport_first_day = "2026-10-01"
        registration = self.make_registration(self.session_on("2026-09-10"))
        self.assertEqual(self.told(registration)[0], "ready")
        registration.event_id.company_id = self.other_company
        self.assertEqual(self.told(registration)[0], "not_concerned")

    def test_each_training_body_has_its_own(self):
        other = self.env["res.company"].create({"name": "Autre OF"})
        other.passport_first_day = "2026-12-01"
        registration = self.make_registration(self.session_on("2026-09-10"))
        self.assertEqual(self.told(registration)[0], "ready")

    def test_the_law_moves(self):
        registration = self.make_registration(self.session_on("2025-08-29"))
        self.assertEqual(self.told(registration)[0], "not_concerned")
        rule = self.env["passport.law.rule"].search([("code", "=", "body_declares")])
        rule.date_from = "2025-08-01"
        self.assertEqual(self.told(registration)[0], "ready")

    def test_only_managers_choose_it(self):
        for role in ("user", "declarant"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.env.company, role).passport_first_day = "2020-01-01"
