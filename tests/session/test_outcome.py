import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..common import PassportCase

JDR = {"passport_document": "jdr", "jdr_type": "CERTIFICAT", "jdr_name": "Certificat SST"}


@tagged("post_install", "-at_install", "passport")
class TestOutcome(PassportCase):
    """After the session: attendance and results of everybody at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificate = cls.make_training(**JDR)
        cls.session = cls.make_session(cls.certificate)
        people = cls.make_attendees(["Anne Un", "Bruno Deux", "Chloé Trois", "David Quatre"])
        cls.registrations = cls.make_registrations(cls.session, people, state="open")
        cls.coming = cls.make_session(
            date_begin="2026-10-20 07:00:00", date_end="2026-10-21 15:00:00"
        )

    def chosen(self, registrations, role="user"):
        return self.as_role(registrations, role)

    def of_session(self, session, role="user"):
        """Return the model as the list of one session calls it without a selection."""
        context = session.action_passport_outcomes()["context"]
        return self.as_role(self.env["event.registration"], role).with_context(**context)

    def assertMarks(self, *marks):
        self.env.flush_all()
        self.env.invalidate_all()
        found = [(reg.state, reg.outcome) for reg in self.registrations]
        self.assertEqual(found, list(marks))

    def test_whole_session_in_three_clicks(self):
        anne, bruno = self.registrations[0], self.registrations[1]
        self.chosen(anne).action_outcome_absent()
        self.chosen(bruno).action_outcome_failed()
        self.of_session(self.session).action_outcome_passed()
        self.assertMarks(
            ("open", "absent"), ("done", "failed"), ("done", "passed"), ("done", "passed")
        )
        self.assertEqual(
            self.registrations.mapped("passport_state"),
            ["not_concerned", "ready", "ready", "ready"],
        )
        self.assertEqual(self.registrations[1:].mapped("passport_document"), ["adf", "jdr", "jdr"])

    def test_attended_without_a_selection_leaves_those_marked(self):
        self.chosen(self.registrations[0]).action_outcome_passed()
        self.chosen(self.registrations[1]).action_outcome_absent()
        self.registrations[2].state = "cancel"
        self.of_session(self.session).action_outcome_attended()
        self.assertMarks(
            ("done", "passed"), ("open", "absent"), ("cancel", False), ("done", "attended")
        )

    def test_without_a_selection_other_sessions_stay(self):
        other = self.make_registration(
            self.make_session(), self.make_attendee("Autre"), state="open"
        )
        self.of_session(self.session).action_outcome_attended()
        self.assertEqual((other.state, other.outcome), ("open", False))
        # Without a session in the context there is nobody to mark.
        self.as_role(self.env["event.registration"], "user").action_outcome_attended()
        self.assertEqual(other.outcome, False)

    def test_outcome_in_the_list_marks_the_attendance(self):
        self.chosen(self.registrations[:2]).write({"outcome": "passed"})
        self.chosen(self.registrations[2]).write({"outcome": "absent"})
        self.assertMarks(
            ("done", "passed"), ("done", "passed"), ("open", "absent"), ("open", False)
        )

    def test_badge_scan_keeps_working(self):
        ongoing = self.make_session(
            self.certificate, date_begin="2026-10-15 07:00:00", date_end="2026-10-15 15:00:00"
        )
        people = self.make_attendees(["Scan Un", "Scan Deux"])
        first, late = self.make_registrations(ongoing, people, state="open")
        late.outcome = "absent"
        Registration = self.as_role(self.env["event.registration"], "user")
        for registration in (first, late):
            result = Registration.register_attendee(registration.barcode, ongoing.id)
            self.assertEqual(result["status"], "confirmed_registration")
            self.assertEqual((registration.state, registration.outcome), ("done", "attended"))
        again = Registration.register_attendee(first.barcode, ongoing.id)
        self.assertEqual(again["status"], "already_registered")
        # The result comes after the scan.
        self.of_session(ongoing).action_outcome_passed()
        self.assertEqual(first.outcome, "passed")

    def test_take_back(self):
        self.chosen(self.registrations).action_outcome_passed()
        self.chosen(self.registrations).action_outcome_undo()
        self.assertMarks(*[("open", False)] * 4)
        self.registrations[0].state = "done"
        self.registrations[0].state = "open"
        self.assertMarks(*[("open", False)] * 4)

    def test_undo_gives_back_what_was_there(self):
        anne, bruno, chloe, _david = self.registrations
        self.chosen(anne).action_outcome_absent()
        self.chosen(bruno).action_outcome_failed()
        chloe.state = "draft"
        before = [(reg.state, reg.outcome) for reg in self.registrations]
        params = self.chosen(self.registrations).action_outcome_passed()["params"]
        self.assertMarks(*[("done", "passed")] * 4)
        self.assertEqual(params["message"], "Passed: 4")
        # Through JSON, as the browser hands it back.
        said = json.loads(json.dumps(params))
        registrations = self.chosen(self.env["event.registration"])
        registrations.action_outcome_restore(said["before"], said["outcome"])
        self.assertMarks(*before)
        params = self.chosen(anne | bruno).action_outcome_undo()["params"]
        self.assertEqual(params["message"], "Marks taken back: 2")
        registrations.action_outcome_restore(params["before"], params["outcome"])
        self.assertMarks(*before)

    def test_undo_leaves_what_was_marked_or_declared_since(self):
        anne, bruno = self.registrations[:2]
        params = self.chosen(anne | bruno).action_outcome_passed()["params"]
        self.chosen(anne).action_outcome_failed()
        self.chosen(anne).action_outcome_restore(params["before"], params["outcome"])
        self.assertEqual((anne.outcome, bruno.outcome), ("failed", False))
        params = self.chosen(bruno).action_outcome_passed()["params"]
        self.declare(bruno)
        with self.assertRaisesRegex(UserError, "in a declaration"):
            self.chosen(bruno).action_outcome_restore(params["before"], params["outcome"])
        for role in ("internal", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.chosen(anne, role).action_outcome_restore(
                    [{"ids": anne.ids, "outcome": False, "state": "open"}], "failed"
                )

    def test_nobody_left_is_told(self):
        self.of_session(self.session).action_outcome_passed()
        params = self.of_session(self.session).action_outcome_passed()["params"]
        self.assertEqual((params["message"], params["before"]), ("Nobody is left to mark.", []))

    def test_results_where_people_pass_or_fail(self):
        certifying = self.make_session(self.make_certifying_training())
        mixed = self.make_session()
        self.make_registration(mixed, self.make_attendee("Niveau"), training_id=self.certificate.id)
        for session, gives in (
            (self.session, True),
            (certifying, True),
            (mixed, True),
            (self.make_session(), False),
        ):
            for action in (session.action_passport_outcomes(), session.action_passport_trainees()):
                self.assertEqual(action["context"]["passport_gives_result"], gives)

    def test_whole_session_passes_by_those_it_cannot_be_said_of(self):
        mixed = self.make_session()
        attested, certified = self.make_registrations(
            mixed, self.make_attendees(["Attestée", "Certifiée"]), state="open"
        )
        certified.training_id = self.certificate
        self.assertEqual((attested | certified).mapped("gives_certificate"), [False, True])
        self.of_session(mixed).action_outcome_passed()
        self.assertEqual((attested.outcome, certified.outcome), (False, "passed"))

    def test_marks_are_in_the_actions_of_every_list(self):
        for role in ("user", "event"):
            registrations = self.as_role(self.env["event.registration"], role)
            bound = registrations.env["ir.actions.actions"].get_bindings("event.registration")
            names = {action["name"] for action in bound["action"]}
            self.assertTrue({"Mark as Attended", "Mark as Absent", "Take the Mark Back"} <= names)
        action = self.env.ref("passeport_prevention.event_registration_failed_server_action")
        self.as_role(action, "user").with_context(
            active_model="event.registration", active_ids=self.registrations[:2].ids
        ).run()
        self.assertEqual(self.registrations.mapped("outcome"), ["failed", "failed", False, False])

    def test_on_a_phone(self):
        views = self.session.action_passport_outcomes()["views"]
        self.assertEqual([kind for _view, kind in views], ["list", "kanban"])
        model = self.as_role(self.env["event.registration"], "user")
        for kind in ("list", "kanban"):
            arch = model.get_views(views)["views"][kind]["arch"]
            self.assertIn('widget="passport_outcome"', arch)

    def test_session_to_come_is_refused(self):
        registration = self.make_registration(
            self.coming, self.make_attendee("Plus Tard"), state="open"
        )
        with self.assertRaisesRegex(UserError, "SST de septembre"):
            self.as_role(self.coming, "user").action_passport_outcomes()
        for outcome in ("attended", "absent"):
            with self.subTest(outcome=outcome), self.assertRaises(UserError):
                getattr(self.chosen(registration), f"action_outcome_{outcome}")()
            with self.subTest(outcome=outcome), self.assertRaises(UserError):
                self.chosen(registration).write({"outcome": outcome})
        self.assertFalse(registration.outcome)

    def test_slots_begin_by_themselves(self):
        session = self.make_session(
            is_multi_slots=True,
            date_begin="2026-10-12 06:00:00",
            date_end="2026-10-20 17:00:00",
        )
        past = self.make_slot(session, "2026-10-13")
        coming = self.make_slot(session, "2026-10-19")
        people = self.make_attendees(["Créneau Un", "Créneau Deux"])
        values = {"state": "open"}
        first = self.make_registration(session, people[0], event_slot_id=past.id, **values)
        second = self.make_registration(session, people[1], event_slot_id=coming.id, **values)
        self.chosen(first).action_outcome_attended()
        self.assertEqual(first.outcome, "attended")
        with self.assertRaises(UserError):
            self.chosen(second).action_outcome_attended()
        first.outcome = False
        self.of_session(session).action_outcome_attended()
        self.assertEqual((first.outcome, second.outcome), ("attended", False))

    def test_nobody_passes_an_attestation(self):
        session = self.make_session()
        registration = self.make_registration(session, self.make_attendee("Attestée"))
        for outcome in ("passed", "failed"):
            with self.subTest(outcome=outcome), self.assertRaises(UserError):
                getattr(self.chosen(registration), f"action_outcome_{outcome}")()
        with self.assertRaises(UserError):
            self.chosen(registration | self.registrations[0]).action_outcome_passed()
        self.assertEqual(self.registrations[0].outcome, False)

    def test_cancelled_is_refused(self):
        self.registrations[0].state = "cancel"
        with self.assertRaisesRegex(UserError, "Anne Un"):
            self.chosen(self.registrations).action_outcome_attended()
        self.assertMarks(("cancel", False), *[("open", False)] * 3)

    def test_declared_outcome_stays(self):
        self.chosen(self.registrations).action_outcome_passed()
        deposit = self.make_deposit(self.registrations)
        declared = self.registrations[0]
        for action in ("failed", "absent", "undo", "attended"):
            with self.subTest(action=action), self.assertRaisesRegex(UserError, "PP-2026"):
                getattr(self.chosen(declared), f"action_outcome_{action}")()
        with self.assertRaises(UserError):
            self.chosen(declared).write({"outcome": "failed"})
        # The same again says nothing new, and the buttons without a selection pass it by.
        self.chosen(declared).write({"outcome": "passed"})
        self.chosen(declared).action_outcome_passed()
        self.of_session(self.session).action_outcome_passed()
        self.assertMarks(*[("done", "passed")] * 4)
        # Free again: it can be corrected.
        deposit.action_cancel()
        self.chosen(declared).action_outcome_failed()
        self.assertEqual(declared.outcome, "failed")

    def test_who_may(self):
        for role in ("event", "sales"):  # Odoo's own right: they register attendees
            self.chosen(self.registrations[0], role).action_outcome_attended()
        for role in ("internal", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.chosen(self.registrations[1], role).action_outcome_attended()
        theirs = self.make_session(company_id=self.other_company.id)
        other = self.make_registration(theirs, self.make_attendee("Ailleurs"), state="open")
        with self.assertRaises(AccessError):
            self.chosen(other).action_outcome_attended()
        with self.assertRaises(AccessError):
            self.as_role(theirs, "user").action_passport_outcomes()

    def test_constant_number_of_queries(self):
        counts = []
        for size in (2, 5, 25):  # the first one fills what is cached for all
            people = self.make_attendees([f"Nombre {size} {number}" for number in range(size)])
            session = self.make_session(self.certificate)
            registrations = self.make_registrations(session, people, state="open")
            counts.append(self.queries_of(registrations.action_outcome_passed))
        self.assertEqual(counts[1], counts[2])


class OutcomeBrowserCase(HttpCase, PassportCase):
    def check_tour(self, tour):
        """A button marks everybody, “Undo” takes it back, a touch marks one."""
        session = self.make_session(self.make_training(**JDR))
        anne, bruno = self.make_registrations(
            session, self.make_attendees(["Anne Un", "Bruno Deux"]), state="open"
        )
        address = f"/odoo/action-passeport_prevention.event_event_passport_action/{session.id}"
        self.env.flush_all()
        self.start_tour(address, tour, login=self.users["user"].login, timeout=180)
        self.env.invalidate_all()
        self.assertEqual((anne.outcome, bruno.outcome), ("failed", "absent"))


@tagged("post_install", "-at_install", "passport")
class TestOutcomeBrowser(OutcomeBrowserCase):
    def test_in_a_list(self):
        self.check_tour("passport_outcomes")

    def test_in_cards(self):
        self.check_tour("passport_outcomes_cards")


@tagged("post_install", "-at_install", "passport")
class TestOutcomePhone(OutcomeBrowserCase):
    """A trainer marks who was there, on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_on_a_phone(self):
        self.check_tour("passport_outcomes_phone")
