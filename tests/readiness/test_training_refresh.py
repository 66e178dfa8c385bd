from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestTrainingRefresh(PassportCase):
    """What a change of a training has to tell anew, and of whom."""

    def looked_at(self, function):
        """Return the registrations whose readiness is computed by ``function``."""
        self.env.flush_all()
        seen = self.env["event.registration"]
        target = type(self.env["passport.readiness"])
        rows = target._rows

        def spy(service, ids):
            nonlocal seen
            seen |= seen.browse(ids)
            return rows(service, ids)

        with patch.object(target, "_rows", spy):
            function()
            self.env.flush_all()
        return seen

    def test_another_name_decides_nothing(self):
        session = self.make_session()
        declared = self.make_ready(3, session)
        self.declare(declared)
        waiting = self.make_ready(2, session)
        found = self.looked_at(lambda: self.training.write({"name": "SST, deuxième édition"}))
        self.assertFalse(found)
        self.assertEqual(set(declared.mapped("passport_state")), {"in_progress"})
        self.assertEqual(set(waiting.mapped("passport_state")), {"ready"})

    def test_what_follows_is_told_whether_many_change_or_few(self):
        """Who is to be declared, by when, and what sessions say of it, in one go or some at a time."""
        session = self.make_session()
        self.declare(self.make_ready(1, session))
        waiting = self.make_ready(5, session)
        service = "odoo.addons.passeport_prevention.models.readiness.passport_readiness"
        asked = ["passport_state", "passport_is_pending", "passport_deadline"]
        before = waiting.read(asked)
        self.assertEqual(session.passport_ready_count, 5)
        for at_once in (2, 10):
            with self.subTest(at_once=at_once), patch(f"{service}.REFRESHED_AT_ONCE", at_once):
                self.training.passport_is_transferable = "no"
                self.assertEqual(
                    {tuple(values[name] for name in asked) for values in waiting.read(asked)},
                    {("not_concerned", False, False)},
                )
                self.assertEqual(session.passport_ready_count, 0)
                self.training.passport_is_transferable = "yes"
                self.assertEqual(waiting.read(asked), before)
                self.assertEqual(session.passport_ready_count, 5)

    def test_who_stays_as_they_are_is_not_written(self):
        waiting = self.make_ready(3)
        field = waiting._fields["passport_is_pending"]
        self.env.flush_all()
        self.env["passport.readiness"]._refresh(waiting)
        waiting.mapped("passport_state")
        self.assertFalse(self.env.records_to_compute(field))
        waiting[0].attendee_partner_id.nir = False
        self.assertTrue(waiting[0].passport_is_pending)

    def test_what_decides_is_told_of_those_not_declared(self):
        session = self.make_session()
        declared = self.make_ready(2, session)
        self.declare(declared)
        waiting = self.make_ready(2, session)
        for values, code in (
            ({"name": "x" * 251}, "training_name_too_long"),
            ({"rome_code_ids": [Command.clear()]}, "rome_count"),
            ({"is_certifying": True}, "rs_missing"),
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                found = self.looked_at(lambda values=values: self.training.write(values))
                self.assertEqual(found & (declared | waiting), waiting)
                self.assertIn(code, waiting[0].passport_issue_ids.mapped("code"))
                self.assertEqual(waiting[0].passport_state, "blocked")
                savepoint.rollback()
                self.env.invalidate_all()
        self.training.passport_is_transferable = "no"
        self.env.flush_all()
        self.assertEqual(set(waiting.mapped("passport_state")), {"not_concerned"})
        self.assertEqual(set(declared.mapped("passport_state")), {"in_progress"})

    def test_what_attendees_are_told_leaves_the_declared_alone(self):
        session = self.make_session()
        declared = self.make_ready(2, session)
        self.declare(declared)
        waiting = self.make_ready(2, session)
        before = declared.mapped("validity_end_date")
        found = self.looked_at(lambda: self.training.write({"validity_months": 36}))
        self.assertEqual(found, waiting)
        self.assertEqual(declared.mapped("validity_end_date"), before)
        self.assertNotIn(waiting[0].validity_end_date, before)

    def test_translated_name_is_a_name(self):
        registration = self.make_ready(1)
        self.assertEqual(registration.passport_state, "ready")
        self.training.update_field_translations("name", {"en_US": "x" * 251})
        self.env.flush_all()
        self.assertEqual(registration.passport_state, "blocked")

    def test_stored_is_what_is_computed(self):
        session = self.make_session()
        registrations = self.make_ready(2, session)
        for values in (
            {"name": 'A "quoted" name'},
            {"name": "Plain"},
            {"passport_exclusion": "cse"},
            {"passport_exclusion": False},
            {"passport_document": "jdr", "jdr_type": False},
            {"jdr_type": "CERTIFICAT", "jdr_name": "SST"},
            {"nsf_code_ids": [Command.clear()]},
            {"service_tracking": "event", "passport_eligible": False},
        ):
            self.training.write(values)
            self.env.flush_all()
            states = self.env["passport.readiness"]._states(registrations.ids)
            for registration in registrations:
                state, codes = states[registration.id]
                with self.subTest(values=values):
                    self.assertEqual(registration.passport_state, state)
                    self.assertEqual(set(registration.passport_issue_ids.mapped("code")), codes)

    def test_renaming_costs_the_same_for_many(self):
        def cost(count):
            training = self.make_training(name=f"T{count}")
            session = self.make_session(training)
            self.declare(self.make_ready(count, session))
            return self.queries_of(lambda: training.write({"name": "Renamed"}))

        cost(1)
        self.assertLessEqual(cost(40), cost(2))

    def test_renaming_costs_the_same_for_rejected_ones_of_many_sessions(self):
        def cost(count):
            training = self.make_training(name=f"R{count}")
            sessions = [self.make_session(training) for _number in range(count)]
            registrations = self.env["event.registration"].union(
                *(self.make_ready(2, session) for session in sessions)
            )
            deposit = self.make_deposit(registrations)
            self.file_of(deposit)
            deposit.action_mark_deposited()
            deposit.line_ids._reject("Ligne non traitée")
            return self.queries_of(lambda: training.write({"name": "Renamed"}))

        cost(1)
        self.assertLessEqual(cost(6), cost(2))

    def test_rejected_for_the_person_are_not_looked_at_when_a_training_is_renamed(self):
        deposit = self.make_deposit(self.make_ready(2, self.make_session()))
        self.file_of(deposit)
        deposit.action_mark_deposited()
        person, other = deposit.line_ids
        person._reject("NIR et nom de naissance inconnus")
        other._reject("Ligne non traitée")
        found = self.looked_at(lambda: self.training.write({"name": "SST, autre nom"}))
        self.assertEqual(found, other.registration_id)

    def test_new_registrations_stand_where_the_model_orders_them(self):
        """Whether the session's list was read before they were made, or not."""
        session = self.make_session()
        self.assertFalse(session.registration_ids)
        made = self.make_registrations(session, self.make_attendees(["Anne Le Goff", "Léo Roux"]))
        self.assertEqual(session.registration_ids.ids, made.sorted("id", reverse=True).ids)
