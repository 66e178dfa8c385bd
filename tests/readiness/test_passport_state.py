from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..common import NOW, SIRET_CLIENT, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestPassportState(PassportCase):
    """The stored state follows what it depends on, and can be searched and grouped by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attendee = cls.make_attendee()
        cls.registration = cls.make_registration(attendee=cls.attendee)

    def assertState(self, state, *codes):
        self.assertEqual(self.registration.passport_state, state)
        self.assertEqual(self.registration.passport_issue_ids.mapped("code"), list(codes))
        domain = [("id", "=", self.registration.id), ("passport_state", "=", state)]
        self.assertTrue(self.registration.search_count(domain))

    def test_follows_the_record_it_depends_on(self):
        changes = [
            (self.attendee, {"nir": False}, {"nir": self.next_nir()}, "nir_missing"),
            (self.attendee, {"birth_name": False}, {"birth_name": "X"}, "birth_name_missing"),
            (
                self.client,
                {"company_registry": "1"},
                {"company_registry": SIRET_CLIENT},
                "siret_invalid",
            ),
            (
                self.training,
                {"rome_code_ids": False},
                {"rome_code_ids": self.training.rome_code_ids},
                "rome_count",
            ),
            (
                self.training,
                {"formacode_ids": False},
                {"formacode_ids": self.training.formacode_ids},
                "formacode_count",
            ),
            (self.training, {"name": "a|b"}, {"name": "ab"}, "forbidden_character"),
            (self.registration, {"state": "open"}, {"state": "done"}, "not_attended"),
            (
                self.registration,
                {"employer_id": False},
                {"without_employer": True},
                "employer_missing",
            ),
            (
                self.registration.event_id,
                {"training_id": False},
                {"training_id": self.training.id},
                "training_missing",
            ),
        ]
        for record, breaking, mending, code in changes:
            with self.subTest(code=code):
                record.write(breaking)
                self.assertState("blocked", code)
                record.write(mending)
                self.assertState("ready")

    def test_follows_the_refusal_and_its_end(self):
        self.attendee.nir = False
        self.attendee.action_nir_refused()
        self.assertState("blocked", "nir_refused")
        self.attendee.action_nir_ask_again()
        self.assertState("blocked", "nir_missing")

    def test_not_concerned(self):
        session = self.registration.event_id
        for record, breaking, mending, codes in [
            (self.registration, {"state": "cancel"}, {"state": "done"}, []),
            (self.registration, {"active": False}, {"active": True}, []),
            (session, {"is_subcontracted": True}, {"is_subcontracted": False}, ["subcontracted"]),
            (
                self.training,
                {"passport_exclusion": "cse"},
                {"passport_exclusion": False},
                ["not_eligible"],
            ),
        ]:
            with self.subTest(breaking=breaking):
                record.write(breaking)
                # Inactive, it is not found without the context that asks for it.
                self.assertEqual(self.registration.passport_state, "not_concerned")
                self.assertEqual(self.registration.passport_issue_ids.mapped("code"), codes)
                record.write(mending)
                self.assertState("ready")

    def test_duplicate_goes_when_the_sibling_does(self):
        for write in (
            {"state": "cancel"},
            {"active": False},
            {"attendee_partner_id": self.make_attendee("Autre").id},
        ):
            with self.subTest(write=write):
                sibling = self.make_registration(self.registration.event_id, self.attendee)
                self.assertState("blocked", "duplicate_attendee")
                self.assertEqual(sibling.passport_state, "blocked")
                sibling.write(write)
                self.assertState("ready")

    def test_duplicate_goes_when_the_sibling_is_deleted(self):
        sibling = self.make_registration(self.registration.event_id, self.attendee)
        self.assertState("blocked", "duplicate_attendee")
        sibling.unlink()
        self.assertState("ready")

    def test_two_slots_of_one_session_are_no_duplicate(self):
        session = self.make_session(
            is_multi_slots=True, date_begin="2026-09-07 05:00:00", date_end="2026-09-18 20:00:00"
        )
        slots = [self.make_slot(session, day) for day in ("2026-09-08", "2026-09-09")]
        registrations = self.make_registration(session, self.attendee, event_slot_id=slots[0].id)
        registrations |= self.make_registration(session, self.attendee, event_slot_id=slots[1].id)
        self.assertEqual(registrations.mapped("passport_state"), ["ready", "ready"])

    def test_cron_looks_again_once_the_session_is_over(self):
        session = self.registration.event_id
        session.date_end = NOW + timedelta(hours=1)
        self.assertState("blocked", "session_not_finished")
        self.registration.validity_start_date = NOW.date()
        cron = self.env.ref("passeport_prevention.ir_cron_refresh_finished_sessions")
        for moment, expected in [
            (NOW, "blocked"),
            (NOW + timedelta(hours=2), "ready"),
        ]:
            with self.subTest(moment=moment), freeze_time(moment), self.enter_registry_test_mode():
                cron.method_direct_trigger()
                self.assertEqual(self.registration.passport_state, expected)

    def test_follows_the_declaration(self):
        declaration = self.declare(self.registration)
        self.assertState("in_progress")
        declaration.action_cancel()
        self.assertState("ready")
        deposit = self.make_deposit(self.registration)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        self.assertState("in_progress")
        line = deposit.line_ids
        with self.env.cr.savepoint() as savepoint:
            line.action_accept()
            self.assertState("declared")
            savepoint.rollback()
            self.env.invalidate_all()
        line._reject("Unknown to the portal")
        self.assertEqual(self.registration.passport_state, "rejected")

    def test_what_was_declared_stays_when_data_change(self):
        self.declare(self.registration)
        self.attendee.write({"birth_name": False, "nir": False})
        self.assertState("in_progress")

    def test_grouped_by_state_and_by_issue(self):
        self.attendee.nir = False
        blocked = self.registration | self.make_registration(
            self.registration.event_id, self.make_attendee("Théo", nir=False, birth_name=False)
        )
        ready = self.make_ready(3, self.registration.event_id)
        everybody = self.env["event.registration"].search([("id", "in", (blocked | ready).ids)])
        domain = [("id", "in", everybody.ids)]
        self.assertEqual(
            everybody._read_group(domain, ["passport_state"], ["__count"], order="passport_state"),
            [("blocked", 2), ("ready", 3)],
        )
        by_issue = {
            issue.code: count
            for issue, count in everybody._read_group(domain, ["passport_issue_ids"], ["__count"])
        }
        self.assertEqual(by_issue, {"nir_missing": 2, "birth_name_missing": 1, False: 3})
        found = everybody.search([*domain, ("passport_issue_ids.code", "=", "birth_name_missing")])
        self.assertEqual(found, blocked[1])

    def test_counts_on_the_session(self):
        session = self.registration.event_id
        self.make_registration(session, self.make_attendee("Théo", nir=False))
        self.declare(self.make_ready(2, session) - self.registration)
        self.env.invalidate_all()
        self.assertEqual(
            (
                session.passport_ready_count,
                session.passport_blocked_count,
                session.passport_declared_count,
            ),
            (0, 1, 3),
        )
