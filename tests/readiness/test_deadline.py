from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import format_date

from ..common import PassportCase
from ..tools.test_tools_deadline import DEADLINES, RULES

JDR = {"passport_document": "jdr", "jdr_type": "CERTIFICAT", "jdr_name": "Certificat"}


class DeadlineCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["passport.deadline.rule"]
        cls.rule_2025, cls.rule_2026, cls.rule_2027 = (
            cls.env.ref(f"passeport_prevention.passport_deadline_rule_{year}")
            for year in (2025, 2026, 2027)
        )

    @classmethod
    def session_on(cls, day, training=None, **values):
        """Return a session of one day, in Paris."""
        return cls.make_session(
            training,
            **{
                "name": f"Session du {day}",
                "date_begin": f"{day} 07:00:00",
                "date_end": f"{day} 15:00:00",
                **values,
            },
        )

    def deadline(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return str(record.passport_deadline or ""), record.passport_obligation


@tagged("post_install", "-at_install", "passport")
class TestDeadline(DeadlineCase):
    def test_shipped_rules_are_the_law(self):
        self.assertCountEqual(self.rules._rules(), RULES)
        self.assertTrue(all(self.rules.search([]).mapped("source")))
        self.assertFalse(any(self.rules.search([]).mapped("gap_warning")))

    def test_table(self):
        """Each date, each category, both documents: on the attendee and on the session."""
        self.env.company.passport_first_day = "2000-01-01"
        attendee = self.make_attendee()
        expected, sessions = [], []
        for category in "1234":
            values = {"passport_category": category}
            trainings = {
                "adf": self.make_training(**values),
                "jdr": self.make_training(**values, **JDR),
            }
            for reference, deadline, mandatory in DEADLINES:
                obligation = "mandatory" if category in mandatory else "voluntary"
                for document, training in trainings.items():
                    held = date.fromisoformat(reference)
                    # The certificate is valid later than the training: its own date counts.
                    held -= timedelta(days=40 if document == "jdr" else 0)
                    sessions.append(self.session_on(held, training))
                    expected.append((document, reference, deadline or "", obligation))
        registrations = self.env["event.registration"].create(
            [
                {
                    "event_id": session.id,
                    "attendee_partner_id": attendee.id,
                    "state": "done",
                    "outcome": "passed",
                    "validity_start_date": reference,
                }
                for session, (_document, reference, *_rest) in zip(sessions, expected, strict=True)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        for registration, (document, reference, *found) in zip(
            registrations, expected, strict=True
        ):
            with self.subTest(document=document, reference=reference, found=found):
                self.assertEqual(registration.passport_document, document)
                self.assertEqual(str(registration.passport_reference_date), reference)
                for record in (registration, registration.event_id):
                    self.assertEqual(
                        [str(record.passport_deadline or ""), record.passport_obligation], found
                    )

    def test_failed_at_a_certificate_counts_from_the_end_of_the_training(self):
        session = self.session_on("2026-06-30", self.make_training(**JDR))
        for outcome, deadline in [
            ("passed", ("2027-03-31", "mandatory")),
            ("failed", ("2026-12-31", "voluntary")),
        ]:
            registration = self.make_registration(
                session,
                self.make_attendee(outcome),
                outcome=outcome,
                validity_start_date="2026-07-01",
            )
            with self.subTest(outcome=outcome):
                self.assertEqual(self.deadline(registration), deadline)

    def test_validity_does_not_move_an_attestation(self):
        registration = self.make_registration(
            self.session_on("2026-06-30"), validity_start_date="2026-07-01"
        )
        self.assertEqual(self.deadline(registration), ("2026-12-31", "voluntary"))

    def test_last_day_is_that_of_the_place(self):
        for end, timezone, deadline in [
            ("2026-06-30 21:59:00", "Europe/Paris", ("2026-12-31", "voluntary")),
            ("2026-06-30 22:00:00", "Europe/Paris", ("2027-03-31", "mandatory")),
            ("2026-06-30 20:00:00", "Indian/Reunion", ("2027-03-31", "mandatory")),
            ("2026-07-01 03:59:00", "America/Guadeloupe", ("2026-12-31", "voluntary")),
            ("2027-04-01 03:59:00", "America/Guadeloupe", ("2027-06-30", "mandatory")),
        ]:
            session = self.make_session(
                date_begin="2026-06-30 06:00:00", date_end=end, date_tz=timezone
            )
            with self.subTest(end=end, timezone=timezone):
                self.assertEqual(self.deadline(session), deadline)
                registration = self.make_registration(session)
                self.assertEqual(self.deadline(registration), deadline)

    def test_slot_is_the_session(self):
        session = self.make_session(
            is_multi_slots=True, date_begin="2026-06-01 05:00:00", date_end="2026-07-31 20:00:00"
        )
        attendees = self.make_attendees(["Un", "Deux"])
        days = ("2026-06-30", "2026-07-01")
        first, second = (
            self.make_registration(session, attendee, event_slot_id=self.make_slot(session, day).id)
            for attendee, day in zip(attendees, days, strict=True)
        )
        self.assertEqual(self.deadline(first), ("2026-12-31", "voluntary"))
        self.assertEqual(self.deadline(second), ("2027-03-31", "mandatory"))
        # What is an obligation comes before what is earlier, but voluntary.
        self.assertEqual(self.deadline(session), ("2027-03-31", "mandatory"))

    def test_not_concerned_have_none(self):
        for values in ({"state": "cancel"}, {"active": False}):
            registration = self.make_registration(self.session_on("2026-07-01"))
            registration.write(values)
            with self.subTest(values=values):
                self.assertEqual(self.deadline(registration), ("", False))
                self.assertFalse(registration.passport_is_pending)
        for session in (
            self.session_on("2026-07-01", is_subcontracted=True),
            self.session_on("2026-07-01", self.make_training(passport_gives_proof="no")),
            self.session_on("2026-07-01", training_id=False),
        ):
            with self.subTest(session=session.training_id.name):
                registration = self.make_registration(session)
                self.assertEqual(self.deadline(registration), ("", False))
                self.assertEqual(self.deadline(session), ("", False))
                self.assertFalse(registration.passport_is_pending or session.passport_is_pending)

    def test_follows_what_it_depends_on(self):
        session = self.session_on("2026-06-30")
        registration = self.make_registration(session)
        for change, deadline in [
            (lambda: session.write({"date_end": "2026-07-01 15:00:00"}), "2027-03-31 mandatory"),
            (lambda: session.write({"date_tz": "America/Guadeloupe"}), "2027-03-31 mandatory"),
            (lambda: session.write({"date_end": "2026-07-01 03:00:00"}), "2026-12-31 voluntary"),
            (lambda: self.training.write({"passport_category": "2"}), "2026-12-31 mandatory"),
            (lambda: self.training.write({"passport_category": False}), "2026-12-31 mandatory"),
        ]:
            change()
            self.assertEqual(" ".join(self.deadline(registration)), deadline)
            self.assertEqual(" ".join(self.deadline(session)), deadline)


@tagged("post_install", "-at_install", "passport")
class TestPending(DeadlineCase):
    def test_until_the_file_is_given_to_the_portal(self):
        registration = self.make_registration()
        session = registration.event_id

        def pending():
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(session.passport_is_pending, registration.passport_is_pending)
            return registration.passport_is_pending

        self.assertTrue(pending())
        deposit = self.make_deposit(registration)
        self.assertEqual(registration.passport_state, "in_progress")
        self.assertTrue(pending(), "prepared is not declared")
        self.file_of(deposit)
        deposit.action_mark_deposited()
        self.assertFalse(pending())
        deposit.line_ids._reject("NIR inconnu")
        self.assertTrue(pending())

    def test_refused_is_the_employer_s(self):
        person = self.make_attendee(nir=False)
        registration = self.make_registration(attendee=person)
        self.assertTrue(registration.passport_is_pending)
        person.action_nir_refused()
        self.assertEqual(registration.passport_state, "blocked")
        self.assertFalse(registration.passport_is_pending)
        person.nir = self.next_nir()
        self.assertTrue(registration.passport_is_pending)

    def test_session_is_as_urgent_as_its_most_urgent_attendee(self):
        session = self.session_on("2026-09-10", self.make_training(**JDR))
        first, second = self.make_registrations(
            session, self.make_attendees(["Un", "Deux"]), outcome="passed"
        )
        second.validity_start_date = "2026-10-01"
        self.assertEqual(self.deadline(session), ("2027-03-31", "mandatory"))
        first.state = "cancel"
        self.assertEqual(self.deadline(session), ("2027-06-30", "mandatory"))
        second.state = "cancel"
        # Nobody left: its own day again, and nothing to declare.
        self.assertEqual(self.deadline(session), ("2027-03-31", "mandatory"))
        self.assertFalse(session.passport_is_pending)

    def test_states(self):
        session = self.session_on("2026-04-15", self.make_training(passport_category="1"))
        registration = self.make_registration(session)
        voluntary = self.make_registration(self.session_on("2026-04-15"))
        self.assertEqual(self.deadline(registration), ("2026-12-31", "mandatory"))
        models = {
            "event.registration": (registration, voluntary),
            "event.event": (session, voluntary.event_id),
        }
        for today, state in [
            ("2026-11-30 10:00:00", "ok"),
            ("2026-11-30 22:59:00", "ok"),
            ("2026-11-30 23:00:00", "soon"),  # December has begun in Paris
            ("2026-12-31 22:59:00", "soon"),
            ("2026-12-31 23:00:00", "late"),
            ("2027-06-01 10:00:00", "late"),
        ]:
            for model, (record, other) in models.items():
                with self.subTest(today=today, model=model), freeze_time(today):
                    self.env.invalidate_all()
                    self.assertEqual(record.passport_deadline_state, state)
                    self.assertEqual(other.passport_deadline_state, "ok")
                    both = [("id", "in", [record.id, other.id])]
                    for searched in ("late", "soon", "ok", False):
                        found = record.search([*both, ("passport_deadline_state", "=", searched)])
                        seen = (record + other).filtered(
                            lambda one, searched=searched: one.passport_deadline_state == searched
                        )
                        self.assertEqual(set(found), set(seen))
                    found = record.search([*both, ("passport_deadline_state", "!=", state)])
                    self.assertNotIn(record, found)

    def test_declared_are_never_late(self):
        registration = self.make_registration(
            self.session_on("2026-01-15", self.make_training(passport_category="1"))
        )
        self.assertEqual(registration.passport_deadline_state, "late")
        deposit = self.make_deposit(registration)
        self.assertEqual(registration.passport_deadline_state, "late")
        self.file_of(deposit)
        deposit.action_mark_deposited()
        self.env.invalidate_all()
        self.assertFalse(registration.passport_deadline_state)
        self.assertEqual(self.deadline(registration), ("2026-09-30", "mandatory"))

    def test_query_count_does_not_grow(self):
        fnames = ("passport_is_pending", "passport_reference_date", "passport_deadline")

        def recompute(registrations):
            for fname in fnames:
                self.env.add_to_compute(registrations._fields[fname], registrations)
                self.env.add_to_compute(registrations._fields["passport_state"], registrations)

        small, large = self.make_ready(5), self.make_ready(40)
        self.queries_of(lambda: recompute(small))
        self.assertEqual(
            self.queries_of(lambda: recompute(small)), self.queries_of(lambda: recompute(large))
        )


@tagged("post_install", "-at_install", "passport")
class TestDeadlineRules(DeadlineCase):
    def test_change_recomputes_what_is_not_declared(self):
        declared, waiting, prepared = (
            self.make_registration(self.session_on("2026-09-10"), attendee)
            for attendee in self.make_attendees(["Un", "Deux", "Trois"])
        )
        empty, elsewhere = self.session_on("2026-08-10"), self.session_on("2027-02-10")
        deposit = self.make_deposit(declared)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        self.declare(prepared)
        manager = self.as_role(self.rule_2026, "manager")
        manager.months_after_quarter = 9
        for record in (waiting, waiting.event_id, prepared, empty):
            self.assertEqual(self.deadline(record), ("2027-06-30", "mandatory"))
        self.assertEqual(self.deadline(declared), ("2027-03-31", "mandatory"))
        self.assertEqual(self.deadline(declared.event_id), ("2027-03-31", "mandatory"))
        self.assertEqual(self.deadline(elsewhere), ("2027-06-30", "mandatory"))
        manager.mandatory_from_3 = "2026-09-11"
        self.assertEqual(self.deadline(waiting), ("2027-06-30", "voluntary"))
        self.assertEqual(self.deadline(declared), ("2027-03-31", "mandatory"))
        manager.mandatory_from_3 = False
        self.assertEqual(self.deadline(waiting), ("2027-06-30", "voluntary"))
        manager.write({"months_after_quarter": 0, "fixed_date": "2027-01-15"})
        self.assertEqual(self.deadline(empty), ("2027-01-15", "voluntary"))

    def test_what_was_declared_before_there_was_any_rule(self):
        """As when the addon is updated from a version without rules."""
        self.rules.search([]).active = False
        registration = self.make_registration()
        deposit = self.make_deposit(registration)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        self.assertEqual(self.deadline(registration), ("", False))
        self.rule_2026.active = True
        self.assertEqual(self.deadline(registration), ("2027-03-31", "mandatory"))
        self.assertEqual(self.deadline(registration.event_id), ("2027-03-31", "mandatory"))
        self.rule_2026.months_after_quarter = 9
        self.assertEqual(self.deadline(registration), ("2027-03-31", "mandatory"))

    def test_new_decree(self):
        before, after = (
            self.make_registration(self.session_on(day), attendee)
            for day, attendee in zip(
                ("2027-06-30", "2027-07-01"), self.make_attendees(["Un", "Deux"]), strict=True
            )
        )
        rules = self.as_role(self.rules, "manager")
        self.rule_2027.with_env(rules.env).date_to = "2027-06-30"
        self.assertEqual(self.deadline(after), ("", "voluntary"))
        new = rules.create({"name": "Décret", "date_from": "2027-07-01", "months_after_quarter": 1})
        self.assertEqual(self.deadline(after), ("2027-10-31", "voluntary"))
        self.assertEqual(self.deadline(before), ("2027-09-30", "mandatory"))
        new.active = False
        self.assertEqual(self.deadline(after), ("", "voluntary"))
        new.active = True
        self.assertEqual(self.deadline(after), ("2027-10-31", "voluntary"))
        new.unlink()
        self.assertEqual(self.deadline(after), ("", "voluntary"))

    def test_overlap_is_refused(self):
        rules = self.as_role(self.rules, "manager").with_context(lang="en_US")
        values = {"name": "Trop", "months_after_quarter": 3}
        for bounds in (
            {"date_from": "2027-01-01"},
            {"date_from": "2030-01-01"},
            {"date_from": "2026-12-31", "date_to": "2026-12-31"},
            {"date_from": "2020-01-01", "date_to": "2025-09-01"},
            {"date_from": "2020-01-01"},
        ):
            with self.subTest(bounds=bounds), self.assertRaises(ValidationError) as caught:
                rules.create({**values, **bounds})
            self.assertIn("Trop", str(caught.exception))
        rules.create({**values, "date_from": "2020-01-01", "date_to": "2025-08-31"})
        with self.assertRaises(ValidationError):
            self.rule_2026.with_env(rules.env).date_to = "2027-01-01"

    def test_deadline_is_given_once(self):
        rules = self.as_role(self.rules, "manager")
        period = {"name": "Ancien", "date_from": "2020-01-01", "date_to": "2020-12-31"}
        for values in (
            {},
            {"months_after_quarter": 3, "fixed_date": "2021-03-31"},
            {"months_after_quarter": -1},
            {"fixed_date": "2020-12-30"},
            {"fixed_date": "2021-03-31", "date_to": False},
            {"months_after_quarter": 3, "date_to": "2019-12-31"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                rules.create({**period, **values})

    def test_gap_is_told(self):
        rule = self.as_role(self.rule_2026, "manager").with_context(lang="en_US")
        rule.date_to = "2026-12-30"
        self.env.invalidate_all()
        day = format_date(rule.env, "2026-12-31")
        self.assertIn(f"from {day} to {day}", rule.gap_warning)
        self.assertFalse(self.rule_2025.gap_warning or self.rule_2027.gap_warning)
        last = self.rule_2027.with_env(rule.env)
        last.date_to = "2030-12-31"
        self.env.invalidate_all()
        self.assertIn(f"from {format_date(rule.env, '2031-01-01')} on", last.gap_warning)

    def test_form(self):
        with Form(self.as_role(self.rules, "manager")) as form:
            form.name = "2020"
            form.date_from = "2020-01-01"
            form.date_to = "2020-12-31"
            form.months_after_quarter = 3
        self.assertIn("3", form.record.deadline_text)

    def test_shipped_rules_are_archived_not_deleted(self):
        rule = self.as_role(self.rule_2025, "manager")
        with self.assertRaises(UserError):
            rule.unlink()
        rule.active = False
        self.assertEqual(self.deadline(self.session_on("2025-10-10"))[0], "")

    def test_managers_only(self):
        values = {"name": "X", "date_from": "2020-01-01", "months_after_quarter": 3}
        for role in self.users.keys() - {"manager"}:
            rule = self.as_role(self.rule_2026, role)
            for call in (
                lambda rule: rule.write({"months_after_quarter": 60}),
                lambda rule: rule.create(values),
                lambda rule: rule.unlink(),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    call(rule)
        for role in ("user", "declarant", "sales", "event"):
            with self.subTest(role=role):
                self.assertTrue(self.as_role(self.rule_2026, role).deadline_text)
        with self.assertRaises(AccessError):
            self.as_role(self.rule_2026, "portal").read(["name"])

    def test_who_books_gets_a_deadline_too(self):
        """Sales and event users register attendees without any right on the passport."""
        for role in ("sales", "event"):
            session = self.session_on("2026-09-10", user_id=self.users[role].id)
            registration = self.as_role(self.env["event.registration"], role).create(
                {"event_id": session.id, "name": "Zoé", "partner_id": self.client.id}
            )
            with self.subTest(role=role):
                self.assertEqual(self.deadline(registration), ("2027-03-31", "mandatory"))

    def test_change_takes_a_constant_number_of_queries(self):
        def change():
            self.rule_2026.months_after_quarter = 15 - self.rule_2026.months_after_quarter

        self.make_ready(5)
        self.queries_of(change)
        few = self.queries_of(change)
        for number in range(3):
            self.make_registrations(
                self.session_on(f"2026-09-1{number}"),
                self.make_attendees([f"P{number}{place}" for place in range(10)]),
            )
        self.queries_of(change)
        self.assertEqual(self.queries_of(change), few)

    def test_other_company_s_attendees_follow_too(self):
        session = self.session_on("2026-09-10", company_id=self.other_company.id)
        registration = self.make_registration(session)
        self.as_role(self.rule_2026, "manager").months_after_quarter = 9
        self.assertEqual(self.deadline(registration), ("2027-06-30", "mandatory"))
        self.assertEqual(self.deadline(session), ("2027-06-30", "mandatory"))
