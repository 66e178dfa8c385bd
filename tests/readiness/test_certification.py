from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestCertification(PassportCase):
    """Certifications that their certifying body transmits itself, from a day on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.adf = cls.make_certifying_training()
        cls.jdr = cls.make_certifying_training(
            passport_document="jdr", jdr_type="CERTIFICAT", jdr_name="CACES R489"
        )
        cls.rs = cls.adf.rs_code_id

    def register(self, training, outcome, day, **values):
        return self.make_registration(
            self.make_session(training), outcome=outcome, validity_start_date=day, **values
        )

    def test_who_passed_since_the_day_is_not_declared_whatever_the_document(self):
        for training in (self.adf, self.jdr):
            for outcome, day, state in [
                ("passed", "2026-11-15", "ready"),
                ("passed", "2026-11-16", "not_concerned"),
                ("failed", "2026-11-16", "ready"),
            ]:
                registration = self.register(training, outcome, day)
                with self.subTest(training=training.passport_document, outcome=outcome, day=day):
                    self.assertEqual(registration.passport_state, state)
                    told = registration.passport_issue_ids.mapped("code")
                    gone = state == "not_concerned"
                    self.assertEqual(told, ["rs_transmitted"] if gone else [])
                    self.assertEqual(
                        "certifying body" in (registration.passport_issues or ""), gone
                    )
                    self.assertEqual(bool(registration.passport_is_pending), not gone)
                    self.assertEqual(bool(registration.passport_deadline), not gone)

    def test_not_even_the_session_waits_for_them(self):
        registration = self.register(self.jdr, "passed", "2026-11-16")
        session = registration.event_id
        self.assertFalse(session.passport_is_pending)
        failed = self.make_registration(session, self.make_attendee("Rachid Benali"))
        failed.outcome = "failed"
        self.assertTrue(session.passport_is_pending)
        self.assertEqual(failed.passport_document, "adf")

    def test_the_backlog_keeps_its_deadlines(self):
        for begin, end, deadline in [
            ("2026-04-13 07:00:00", "2026-04-14 15:00:00", "2026-12-31"),
            ("2026-09-07 07:00:00", "2026-09-08 15:00:00", "2027-03-31"),
            ("2026-10-12 07:00:00", "2026-10-13 15:00:00", "2027-06-30"),
        ]:
            session = self.make_session(self.adf, date_begin=begin, date_end=end)
            registration = self.make_registration(session, outcome="passed")
            with self.subTest(end=end):
                self.assertEqual(str(registration.passport_deadline), deadline)

    def test_a_body_that_does_not_transmit(self):
        registration = self.register(self.jdr, "passed", "2026-11-16")
        self.rs.is_transmitted = False
        self.assertEqual(registration.passport_state, "ready")
        self.assertTrue(registration.passport_is_pending)
        self.rs.is_transmitted = True
        self.assertEqual(registration.passport_state, "not_concerned")

    def test_follows_the_rule_of_law(self):
        registration = self.register(self.jdr, "passed", "2026-11-16")
        rule = self.env.ref("passeport_prevention.passport_law_rule_rs_by_certifier")
        rule.date_from = "2027-01-01"
        self.assertEqual(registration.passport_state, "ready")
        rule.date_from = "2026-11-16"
        self.assertEqual(registration.passport_state, "not_concerned")
        rule.active = False
        self.assertEqual(registration.passport_state, "ready")

    def test_outcome_is_asked_for_before_a_success_is_declared_twice(self):
        registration = self.register(self.adf, "attended", "2026-11-16")
        self.assertEqual(registration.passport_state, "ready")
        self.assertEqual(registration.passport_issue_ids.mapped("code"), ["rs_outcome_unknown"])
        registration.action_outcome_passed()
        self.assertEqual(registration.passport_state, "not_concerned")
        registration.action_outcome_failed()
        self.assertEqual(registration.passport_state, "ready")
        self.assertFalse(registration.validity_end_date)

    def test_is_not_prepared(self):
        registration = self.register(self.jdr, "passed", "2026-11-16")
        self.assertFalse(self.declare(registration))

    def test_rejected_then_left_to_the_certifying_body(self):
        registration = self.register(self.jdr, "passed", "2026-11-15")
        deposit = self.make_deposit(registration, role="declarant")
        self.file_of(deposit)
        deposit.action_mark_deposited()
        deposit.line_ids._reject("SIRET inconnu")
        self.assertEqual(registration.passport_state, "rejected")
        registration.validity_start_date = "2026-11-16"
        self.assertEqual(registration.passport_state, "not_concerned")
        self.assertFalse(registration.passport_is_pending)

    def test_who_failed_has_no_end_of_validity_in_the_file(self):
        registration = self.register(self.jdr, "failed", "2026-11-16")
        self.assertFalse(registration.validity_end_date)
        registration.validity_end_date = "2028-01-01"
        deposit = self.make_deposit(registration, role="declarant")
        header, line = self.file_of(deposit).decode().splitlines()
        row = dict(zip(header.split("|"), line.split("|"), strict=True))
        self.assertEqual(row["DATE_DEBUT_VALIDITE"], "16/11/2026")
        self.assertEqual(row["DATE_FIN_VALIDITE"], "")
