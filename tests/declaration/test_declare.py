from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestWizard(PassportCase):
    def test_begins_with_the_oldest_session_left_to_declare(self):
        self.assertEqual(self.make_wizard(role="user").date_from, date(2026, 10, 15))
        for end in ("2025-08-30 15:00:00", "2026-09-30 15:00:00", "2026-03-31 22:30:00"):
            session = self.make_session(date_begin="2025-08-20 08:00:00", date_end=end)
            self.make_registration(session, self.make_attendee(end))
        wizard = self.make_wizard(role="user")
        self.assertEqual((wizard.date_from, wizard.date_to), (date(2026, 4, 1), date(2026, 10, 15)))
        self.assertEqual(wizard.ready_count, 2, "who was trained before the obligation is left out")

    def test_period_counts_the_days_of_paris(self):
        for end, taken in [
            ("2026-06-30 21:59:00", False),
            ("2026-06-30 22:00:00", True),
            ("2026-09-30 15:00:00", True),
            ("2026-10-15 09:59:59", True),
            ("2026-10-15 10:00:01", False),
        ]:
            with self.subTest(end=end):
                session = self.make_session(date_begin="2026-06-01 08:00:00", date_end=end)
                registration = self.make_registration(session, self.make_attendee(end))
                wizard = self.make_wizard(role="user", date_from="2026-07-01")
                self.assertEqual(registration.id in wizard._ready_attendees().ids, taken)

    def test_period_includes_its_days(self):
        registration = self.make_registration()
        for date_from, date_to, taken in [
            ("2026-09-10", "2026-09-10", True),
            ("2026-09-11", "2026-09-30", False),
            ("2026-09-01", "2026-09-09", False),
            (False, "2026-09-10", True),
            ("2026-09-10", False, True),
        ]:
            with self.subTest(date_from=date_from, date_to=date_to):
                wizard = self.make_wizard(date_from=date_from, date_to=date_to)
                self.assertEqual(registration in wizard._ready_attendees(), taken)

    def test_period_follows_each_one_s_own_end(self):
        """The slot's end, not the session's, and the clock of the place, as in the file."""
        session = self.make_session(
            is_multi_slots=True, date_begin="2026-06-01 05:00:00", date_end="2026-09-30 20:00:00"
        )
        early, late = (
            self.make_registration(
                session,
                self.make_attendee(day),
                event_slot_id=self.make_slot(session, day).id,
            )
            for day in ("2026-06-30", "2026-07-01")
        )
        # 23:30 in Saint-Denis is the evening of the day before in Paris ...
        island = self.make_session(
            date_begin="2026-06-29 05:00:00",
            date_end="2026-06-30 19:30:00",
            date_tz="Indian/Reunion",
        )
        # ... and in Cayenne it is still the 30th when Paris has the 1st.
        mainland = self.make_session(
            date_begin="2026-06-29 05:00:00",
            date_end="2026-07-01 02:30:00",
            date_tz="America/Cayenne",
        )
        spring = early | self.make_registration(island) | self.make_registration(mainland)
        for date_from, date_to, expected in (
            ("2026-06-01", "2026-06-30", spring),
            ("2026-07-01", "2026-09-30", late),
        ):
            with self.subTest(date_from=date_from):
                wizard = self.make_wizard(role="user", date_from=date_from, date_to=date_to)
                self.assertEqual(wizard._ready_attendees().ids, expected.ids)
                self.assertEqual(wizard.ready_count, len(expected))
        wizard = self.make_wizard(role="user")
        self.assertEqual((wizard.date_from, wizard.ready_count), (date(2026, 6, 30), 4))

    def test_chosen_sessions_whatever_the_period(self):
        registration, other = self.make_registration(), self.make_registration()
        wizard = self.make_wizard(
            registration.event_id, date_from="2026-10-01", date_to="2026-10-02"
        )
        self.assertEqual(wizard._ready_attendees(), registration)
        self.assertEqual(wizard.action_prepare().line_ids.registration_id, registration)
        self.assertEqual(other.passport_state, "ready")

    def test_opened_from_sessions(self):
        sessions = self.make_session() | self.make_session()
        action = sessions.action_passport_declare()
        self.assertEqual(action["res_model"], "passport.declare")
        self.assertEqual(action["context"]["default_event_ids"], sessions.ids)

    def test_blocked_stay_behind(self):
        session = self.make_session()
        ready = self.make_registration(session)
        blocked = self.make_registration(session, self.make_attendee("Théo", nir=False))
        subcontracted = self.make_registration(self.make_session(is_subcontracted=True))
        wizard = self.make_wizard(session | subcontracted.event_id, role="user")
        self.assertEqual((wizard.ready_count, wizard.blocked_count), (1, 1))
        self.assertEqual(wizard._blocked_attendees().ids, blocked.ids)
        declarations = wizard.action_prepare()
        self.assertEqual(declarations.line_ids.registration_id.ids, ready.ids)
        self.assertEqual((blocked.passport_state, blocked.exists()), ("blocked", blocked))

    def test_readiness_is_checked_again_when_preparing(self):
        registration = self.make_registration()
        wizard = self.make_wizard(registration.event_id)
        self.assertEqual(wizard.ready_count, 1)
        registration.attendee_partner_id.birth_name = False
        self.assertFalse(wizard.action_prepare())

    def test_second_run_finds_nobody(self):
        registration = self.make_registration()
        self.assertEqual(len(self.declare(registration)), 1)
        self.assertFalse(self.declare(registration))
        wizard = self.make_wizard(registration.event_id, role="user")
        self.assertEqual((wizard.ready_count, wizard.blocked_count), (0, 0))
        for action in (wizard.action_prepare_declarations, wizard.action_prepare_deposit):
            with self.assertRaises(UserError):
                action()

    def test_cancelled_declaration_frees_its_attendees(self):
        registration = self.make_registration()
        first = self.declare(registration)
        first.action_cancel()
        second = self.declare(registration)
        self.assertNotEqual(first.line_ids.unique_id, second.line_ids.unique_id)
        self.assertEqual(first.state, "cancelled")

    def test_rejected_are_declared_again_on_demand_with_new_ids(self):
        registration = self.make_registration()
        deposit = self.make_deposit(registration)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        deposit.line_ids._reject("NIR inconnu")
        self.assertFalse(self.declare(registration))
        self.assertFalse(self.declare(registration, include_rejected=True))
        registration.action_passport_checked()
        self.assertFalse(self.declare(registration))
        again = self.declare(registration, include_rejected=True)
        self.assertNotEqual(again.line_ids.unique_id, deposit.line_ids.unique_id)
        self.assertEqual(registration.passport_state, "in_progress")

        again.action_cancel()
        self.assertEqual(registration.passport_state, "rejected")

    def test_prepares_and_opens_a_deposit(self):
        registration = self.make_registration()
        action = self.make_wizard(registration.event_id, role="user").action_prepare_deposit()
        deposit = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(deposit.line_ids.registration_id, registration)
        self.assertEqual(deposit.state, "draft")

    def test_archived_sessions_are_declared_too(self):
        """Old sessions are put away before all is done: what the work list counts is found."""
        registration = self.make_registration()
        other = self.make_registration(
            self.make_session(date_begin="2026-10-13 07:00:00", date_end="2026-10-14 15:00:00"),
            self.make_attendee("Théo Riou"),
        )
        registration.event_id.active = False
        self.env.invalidate_all()
        wizard = self.make_wizard(registration.event_id)
        self.assertEqual((wizard.event_ids, wizard.ready_count), (registration.event_id, 1))
        wizard = self.make_wizard()
        self.assertEqual((str(wizard.date_from), wizard.ready_count), ("2026-09-10", 2))
        self.assertEqual(wizard.action_prepare().line_ids.registration_id, registration | other)

    def test_wrong_settings_are_refused(self):
        for values in (
            {"max_attendees": 0},
            {"max_attendees": 501},
            {"channel": "form", "max_attendees": 51},
            {"date_from": "2026-10-02", "date_to": "2026-10-01"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.make_wizard(**values)
        for fname, limit in (("passport_max_attendees", 500), ("passport_max_attendees_form", 50)):
            self.company[fname] = limit
            for wrong in (0, -1, limit + 1):
                with self.subTest(fname=fname, wrong=wrong), self.assertRaises(ValidationError):
                    self.company[fname] = wrong


@tagged("post_install", "-at_install", "passport")
class TestBatches(PassportCase):
    def sizes(self, declarations):
        return declarations.mapped("line_count")

    def test_500_attendees_and_one_more(self):
        """The authority's own limit, for real; with the one in the file's check it is the whole way."""
        session = self.make_session()
        registrations = self.make_ready(501, session)
        spare = registrations[-1]
        spare.state = "open"
        declaration = self.declare(registrations)
        self.assertEqual(self.sizes(declaration), [500])
        declaration.action_cancel()
        spare.state = "done"
        declarations = self.declare(registrations)
        self.assertEqual(self.sizes(declarations), [500, 1])
        deposit = declarations._create_deposit()
        self.assertEqual(self.file_of(deposit).count(b"\r\n"), 502)
        self.assertEqual((deposit.file_line_count, deposit.attendee_count), (501, 501))

    def test_50_attendees_through_the_web_form(self):
        registrations = self.make_ready(51)
        registrations[-1].state = "open"
        declaration = self.declare(registrations, channel="form")
        self.assertEqual(self.sizes(declaration), [50])
        declaration.action_cancel()
        registrations[-1].state = "done"
        self.assertEqual(self.sizes(self.declare(registrations, channel="form")), [50, 1])

    def test_own_limits_of_company_and_wizard(self):
        registrations = self.make_ready(5)
        self.company.passport_max_attendees = 2
        wizard = self.make_wizard(registrations.event_id)
        self.assertEqual(wizard.max_attendees, 2)
        declarations = wizard.action_prepare()
        self.assertEqual(self.sizes(declarations), [2, 2, 1])
        declarations.action_cancel()
        self.assertEqual(self.sizes(self.declare(registrations, max_attendees=4)), [4, 1])

    def test_sessions_never_mix(self):
        sessions = self.make_session() | self.make_session()
        registrations = self.make_ready(2, sessions[0])
        registrations |= self.make_registrations(sessions[1], registrations.attendee_partner_id)
        declarations = self.declare(registrations)
        self.assertEqual(len(declarations), 2)
        for declaration in declarations:
            self.assertEqual(declaration.line_ids.registration_id.event_id, declaration.event_id)

    def test_slots_never_mix(self):
        session = self.make_session(
            is_multi_slots=True, date_begin="2026-09-07 05:00:00", date_end="2026-09-18 20:00:00"
        )
        slots = [self.make_slot(session, day) for day in ("2026-09-08", "2026-09-09")]
        # Same day, other hours: still another session.
        slots.append(self.make_slot(session, "2026-09-09", start_hour=18, end_hour=20))
        people = self.make_attendees(["Zoé Un", "Théo Deux"])
        registrations = self.env["event.registration"]
        for slot in slots:
            registrations |= self.make_registrations(session, people, event_slot_id=slot.id)
        declarations = self.declare(registrations)
        self.assertEqual(len(declarations), 3)
        for declaration in declarations:
            self.assertEqual(
                declaration.line_ids.registration_id.event_slot_id, declaration.event_slot_id
            )
        self.assertEqual(
            declarations.sorted("event_slot_id").mapped("date_start"),
            [date(2026, 9, 8), date(2026, 9, 9), date(2026, 9, 9)],
        )

    def test_query_count_does_not_grow_with_the_attendees(self):
        small, large = self.make_ready(10), self.make_ready(40)
        self.declare(self.make_ready(3))
        wizards = [self.make_wizard(registrations.event_id) for registrations in (small, large)]
        counts = [self.queries_of(wizard.action_prepare) for wizard in wizards]
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install", "passport")
class TestOneLiveLine(PassportCase):
    def test_database_refuses_a_second_live_line(self):
        line = self.declare(self.make_registration()).line_ids
        for state, refused in [
            ("prepared", True),
            ("deposited", True),
            ("accepted", True),
            ("rejected", False),
            ("withdrawn", False),
        ]:
            with self.subTest(state=state), self.env.cr.savepoint() as savepoint:
                values = {
                    "declaration_id": line.declaration_id.id,
                    "registration_id": line.registration_id.id,
                    "partner_id": line.partner_id.id,
                    "event_id": line.event_id.id,
                    "training_id": line.training_id.id,
                    "company_id": line.company_id.id,
                    "document": line.document,
                    "channel": line.channel,
                    "state": state,
                }
                if refused:
                    with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                        line.create(values)
                        line.flush_model()
                else:
                    self.assertTrue(line.create(values))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_unique_ids_are_never_used_twice(self):
        lines = self.declare(self.make_ready(2)).line_ids
        self.assertEqual(len(set(lines.mapped("unique_id"))), 2)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            lines[0].unique_id = lines[1].unique_id
            lines.flush_recordset()

    def test_declared_registration_cannot_be_deleted(self):
        registration = self.make_registration()
        declaration = self.declare(registration)
        with self.assertRaises(UserError):
            registration.unlink()
        with self.assertRaises(UserError):
            declaration.unlink()


@tagged("post_install", "-at_install", "passport")
class TestTwoCompanies(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = cls.make_registration()
        session = cls.make_session(name="Réunion", company_id=cls.other_company.id)
        cls.theirs = cls.make_registration(session, cls.make_attendee("Théo"))

    def test_each_declares_its_own(self):
        both = self.ours | self.theirs
        for company, registration in [(self.company, self.ours), (self.other_company, self.theirs)]:
            with self.subTest(company=company.name):
                wizard = self.make_wizard(both.event_id, company_id=company.id)
                declarations = wizard.action_prepare()
                self.assertEqual(declarations.line_ids.registration_id, registration)
                self.assertEqual(declarations.company_id, company)
                self.assertRegex(declarations.name, r"^PP-2026-00001-\w{6}$")

    def declare_both(self):
        ours = self.declare(self.ours)
        return ours, self.declare(self.theirs, company_id=self.other_company.id)

    def test_deposit_never_mixes_them(self):
        ours, theirs = self.declare_both()
        with self.assertRaises(UserError):
            (ours | theirs)._create_deposit()
        deposit = ours._create_deposit()
        with self.assertRaises(UserError):
            deposit.declaration_ids = [Command.link(theirs.id)]
        with self.assertRaises(UserError):
            theirs.deposit_id = deposit

    def test_name_of_the_file_is_that_of_the_company(self):
        for declaration, name in zip(
            self.declare_both(),
            (
                r"^812345676_ADF_20261015_DEP-2026-00001-\w{6}\.csv$",
                r"^901234567_ADF_20261015_DEP-2026-00001-\w{6}\.csv$",
            ),
            strict=True,
        ):
            deposit = declaration._create_deposit()
            self.file_of(deposit)
            self.assertRegex(deposit.file_name, name)

    def test_other_company_s_records_do_not_show(self):
        _ours, theirs = self.declare_both()
        deposit = theirs._create_deposit()
        for role in ("user", "declarant", "manager"):
            for record in (theirs, theirs.line_ids, deposit):
                with self.subTest(role=role, model=record._name):
                    seen = self.as_role(record, role)
                    self.assertFalse(seen.search([("id", "=", record.id)]))
                    with self.assertRaises(AccessError):
                        seen.read(["state"])

    def test_other_company_s_records_cannot_be_acted_on(self):
        _ours, theirs = self.declare_both()
        deposit = theirs._create_deposit()
        for record, action in [
            (theirs, "action_cancel"),
            (theirs, "action_update_values"),
            (deposit, "action_cancel"),
            (deposit, "_render_file"),
            (deposit, "action_download"),
        ]:
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(self.as_role(record, "declarant"), action)()

    def test_session_of_no_company_is_declared_once(self):
        registration = self.make_registration(
            self.make_session(company_id=False), self.make_attendee("Inès")
        )
        for company, count in [(self.other_company, 1), (self.company, 0)]:
            with self.subTest(company=company.name):
                wizard = self.make_wizard(registration.event_id, company_id=company.id)
                self.assertEqual(len(wizard.action_prepare()), count)

    def test_wizard_is_of_one_s_own_company(self):
        with self.assertRaises(AccessError):
            self.make_wizard(
                self.theirs.event_id, role="declarant", company_id=self.other_company.id
            ).action_prepare()
        wizard = self.make_wizard(role="declarant")
        self.assertNotIn(self.theirs.id, wizard._ready_attendees().ids)
