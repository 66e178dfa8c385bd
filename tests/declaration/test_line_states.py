from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ...models.declaration.passport_declaration_line import FILL_FACTOR
from ...models.declaration.passport_transition import (
    TRANSITIONS,
)
from ..common import NOW, nir_with_key
from .test_deposit import DepositCase

STATES = ("prepared", "in_deposit", "deposited", "accepted", "rejected", "withdrawn")
# What a user can do to a line: in which states, and what it becomes.
ACTIONS = {
    "accept": ({"deposited"}, "accepted"),
    "reject": ({"deposited"}, "rejected"),
    "undo": ({"accepted", "rejected"}, "deposited"),
    "withdraw": ({"prepared", "in_deposit", "deposited", "accepted"}, "withdrawn"),
}
LATER = datetime(2026, 10, 16, 8, 0)


class LineStatesCase(DepositCase):
    def bring_line_to(self, state):
        """Bring the first attendee of the deposit to ``state``, the way users do."""
        line = self.deposit.line_ids[0]
        if state == "prepared":
            self.deposit.declaration_ids = False
        elif state not in ("in_deposit", "withdrawn"):
            self.bring_to("deposited")
        if state == "withdrawn":
            line._withdraw("x")
        elif state in ("accepted", "rejected"):
            self.act({"accepted": "accept", "rejected": "reject"}[state], line)
        self.assertEqual(line.state, state)
        return line

    def act(self, action, lines):
        if action == "accept":
            lines.action_accept()
        elif action == "reject":
            lines._reject("NIR inconnu")
        elif action == "undo":
            lines.action_undo_answer()
        else:
            lines._withdraw("Mauvais employeur")


@tagged("post_install", "-at_install", "passport")
class TestLineStates(LineStatesCase):
    def test_every_action_in_every_state(self):
        for state in STATES:
            for action, (allowed, becomes) in ACTIONS.items():
                with (
                    self.subTest(state=state, action=action),
                    self.env.cr.savepoint() as savepoint,
                ):
                    line = self.bring_line_to(state)
                    if state in allowed:
                        self.act(action, line)
                        self.assertEqual(line.state, becomes)
                    else:
                        with self.assertRaises(UserError):
                            self.act(action, line)
                        self.assertEqual(line.state, state)
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_every_transition(self):
        """The table itself is kept: what it does not name is refused, whoever asks."""
        line = self.deposit.line_ids.sudo()[0]
        for before in STATES:
            for after in STATES:
                with (
                    self.subTest(before=before, after=after),
                    self.env.cr.savepoint() as savepoint,
                ):
                    line.state = before
                    if before in TRANSITIONS[after]:
                        self.env["passport.transition"]._move(line, after)
                        self.assertEqual(line.state, after)
                    else:
                        with self.assertRaisesRegex(UserError, line.attendee_name):
                            self.env["passport.transition"]._move(line, after)
                    savepoint.rollback()
                    self.env.invalidate_all()
        # The dead ends, by name.
        self.assertNotIn("withdrawn", set.union(*TRANSITIONS.values()))
        self.assertNotIn("rejected", TRANSITIONS["withdrawn"])
        self.assertEqual(TRANSITIONS["accepted"], {"deposited"})

    def test_one_that_cannot_stops_all(self):
        self.bring_to("deposited")
        first, second = self.deposit.line_ids
        first.action_accept()
        for action in ("accept", "reject"):
            with self.subTest(action=action), self.assertRaises(UserError):
                self.act(action, first | second)
            self.assertEqual((first.state, second.state), ("accepted", "deposited"))
        with self.assertRaises(UserError):
            (first | second).action_undo_answer()
        self.assertEqual(first.state, "accepted")

    def test_who_and_when(self):
        declarant = self.users["declarant"]
        self.bring_to("generated")
        with freeze_time(LATER):
            self.deposit.action_mark_deposited()
            first, second = self.deposit.line_ids
            first.action_accept()
            second._withdraw("Mauvais employeur")
        self.assertRecordValues(
            first | second,
            [
                {
                    "deposited_on": LATER,
                    "deposited_by_id": declarant.id,
                    "answered_on": LATER,
                    "answered_by_id": declarant.id,
                    "withdrawn_on": False,
                    "withdrawn_by_id": False,
                },
                {
                    "deposited_on": LATER,
                    "deposited_by_id": declarant.id,
                    "answered_on": False,
                    "answered_by_id": False,
                    "withdrawn_on": LATER,
                    "withdrawn_by_id": declarant.id,
                },
            ],
        )
        self.assertEqual(second.withdraw_reason, "Mauvais employeur")
        first.action_undo_answer()
        self.assertFalse(first.answered_on)
        self.assertFalse(first.answered_by_id)

    def test_no_withdrawal_between_file_and_deposit(self):
        """Whoever is in a generated file may be with the authority at any moment."""
        self.bring_to("generated")
        with self.assertRaises(UserError):
            self.deposit.line_ids[0]._withdraw("x")
        self.deposit.action_reset_to_draft()
        self.deposit.line_ids[0]._withdraw("x")
        self.assertEqual(self.declaration.line_count, 1)
        self.assertEqual(self.declaration.withdrawn_count, 1)
        lines = self.file_of(self.deposit).splitlines()
        self.assertEqual(len(lines), 2)

    def test_last_attendee_withdrawn_before_the_deposit_cancels_the_declaration(self):
        self.deposit.line_ids._withdraw("x")
        self.assertEqual(self.declaration.state, "cancelled")
        self.assertFalse(self.declaration.deposit_id)

    def test_who_was_taken_out_does_not_hold_up_the_others(self):
        """Once out of the declaration, data of that attendee make nothing out of date."""
        first, second = self.deposit.line_ids
        first._withdraw("x")
        first.registration_id.event_id = self.make_session(name="Autre")
        first.partner_id.birth_name = False
        self.assertEqual(len(self.file_of(self.deposit).splitlines()), 2)
        self.assertEqual((first.file_position, second.file_position), (0, 1))

    def test_undo_opens_the_deposit_again(self):
        self.bring_to("done")
        self.deposit.line_ids[0].action_undo_answer()
        self.assertEqual((self.deposit.state, self.declaration.state), ("deposited", "deposited"))

    def test_rejection_cannot_be_undone_once_declared_anew(self):
        self.bring_to("deposited")
        line = self.deposit.line_ids[0]
        line._reject("NIR inconnu")
        with freeze_time(LATER):
            line.partner_id.sudo().nir = nir_with_key("2690299341123")
            self.declare(line.registration_id, include_rejected=True)
        with self.assertRaisesRegex(UserError, "declared anew"):
            line.action_undo_answer()

    def test_lines_are_never_deleted(self):
        for state in ("in_deposit", "withdrawn"):
            with self.subTest(state=state), self.assertRaises(UserError):
                self.bring_line_to(state).sudo().unlink()

    def test_others_are_refused(self):
        self.bring_to("deposited")
        for role in ("sales", "event"):
            line = self.as_role(self.deposit.line_ids[0], role)
            for action in ACTIONS:
                with self.subTest(role=role, action=action), self.assertRaises(AccessError):
                    self.act(action, line)

    def test_rejected_are_still_to_declare_unless_something_else_says_no(self):
        deposit = self.make_deposit(self.make_ready(3))
        self.file_of(deposit)
        deposit.action_mark_deposited()
        one, refused, cancelled = deposit.line_ids
        refused.partner_id.sudo().nir_state = "refused"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE event_registration SET state = 'cancel' WHERE id = %s",
            (cancelled.registration_id.id,),
        )
        self.env.invalidate_all()
        self.act("reject", one | refused | cancelled)
        self.env.flush_all()
        self.env.invalidate_all()
        found = [
            (seat.passport_line_state, seat.passport_state, seat.passport_is_pending)
            for seat in (one | refused | cancelled).registration_id
        ]
        self.assertEqual(
            found,
            [
                ("rejected", "rejected", True),
                ("rejected", "rejected", False),
                ("rejected", "not_concerned", False),
            ],
        )
        self.assertTrue(one.event_id.passport_is_pending)

    def test_rejections_are_written_together(self):
        self.bring_to("deposited")
        written = []
        execute = type(self.env.cr).execute

        def counted(cursor, query, *args, **kwargs):
            text = str(getattr(query, "code", query))
            if text.startswith('UPDATE "event_registration"'):
                written.append(text)
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", counted):
            self.act("reject", self.deposit.line_ids)
            self.env.flush_all()
        self.assertFalse(written, "each hundred of them would be written apart")

    def test_pages_have_room_for_the_steps_of_a_line(self):
        self.env.cr.execute(
            "SELECT reloptions FROM pg_class WHERE relname = 'passport_declaration_line'"
        )
        (options,) = self.env.cr.fetchone()
        self.assertIn(f"fillfactor={FILL_FACTOR}", options)

    def test_query_count_does_not_grow_with_the_attendees(self):
        deposits = [self.make_deposit(self.make_ready(count)) for count in (3, 15, 45)]
        for deposit in deposits:
            self.file_of(deposit)
            deposit.action_mark_deposited()
        for action in ("accept", "undo", "reject", "undo", "withdraw"):
            counts = [
                self.queries_of(lambda d=deposit, a=action: self.act(a, d.line_ids))
                for deposit in deposits
            ]
            with self.subTest(action=action):
                self.assertEqual(counts[1], counts[2], f"{action} {counts}")


@tagged("post_install", "-at_install", "passport")
class TestWithdrawal(LineStatesCase):
    def wizard(self, lines, role="user", **values):
        model = self.as_role(self.env["passport.line.withdraw"], role).with_context(
            active_model="passport.declaration.line", active_ids=lines.ids
        )
        return model.create({"reason": " Mauvais  employeur ", **values})

    def test_sent_ones_are_deleted_on_the_portal_first(self):
        self.bring_to("deposited")
        line = self.deposit.line_ids[0]
        wizard = self.wizard(line)
        self.assertEqual(wizard.sent_line_ids, line)
        with self.assertRaisesRegex(UserError, line.attendee_name):
            wizard.action_confirm()
        self.assertEqual(line.state, "deposited")
        wizard.deleted_on_portal = True
        wizard.action_confirm()
        self.assertEqual((line.state, line.withdraw_reason), ("withdrawn", "Mauvais employeur"))
        self.assertEqual(line.withdrawn_by_id, self.users["user"])
        self.assertIn("Mauvais employeur", self.declaration.message_ids[0].body)

    def test_unsent_ones_need_nothing(self):
        line = self.deposit.line_ids[0]
        wizard = self.wizard(line)
        self.assertFalse(wizard.is_sent)
        wizard.action_confirm()
        self.assertEqual(line.state, "withdrawn")
        self.assertEqual(line.registration_id.passport_state, "ready")

    def test_declared_anew_with_another_identifier(self):
        self.bring_to("done")
        content = self.file_of(self.deposit)
        line = self.deposit.line_ids[0]
        registration = line.registration_id
        self.assertEqual(registration.passport_state, "declared")
        action = self.wizard(line, deleted_on_portal=True).action_confirm_and_declare()
        self.assertEqual(action["res_model"], "passport.declare")
        self.assertEqual(action["context"]["default_event_ids"], self.session.ids)
        self.assertEqual(registration.passport_state, "ready")
        again = self.declare(registration).line_ids
        self.assertEqual(again.registration_id, registration)
        self.assertNotEqual(again.unique_id, line.unique_id)
        # What was sent stays provable.
        self.assertEqual(self.file_of(self.deposit), content)

    def test_declared_anew_after_an_earlier_rejection(self):
        self.bring_to("deposited")
        registration = self.deposit.line_ids[0].registration_id
        self.deposit.line_ids[0]._reject("NIR inconnu")
        registration.action_passport_checked()
        deposit = self.declare(registration, include_rejected=True)._create_deposit()
        self.file_of(deposit)
        deposit.action_mark_deposited()
        deposit.line_ids.action_accept()
        dialog = self.wizard(deposit.line_ids, deleted_on_portal=True)
        action = dialog.action_confirm_and_declare()
        wizard = self.as_role(self.env[action["res_model"]], "user")
        wizard = wizard.with_context(**action["context"]).create({})
        self.assertIn(registration.id, wizard._ready_attendees().ids)
        again = wizard.action_prepare().line_ids
        self.assertIn(registration.id, again.registration_id.ids)

    def test_reason_holds_no_number(self):
        line = self.deposit.line_ids[0]
        self.wizard(line, reason="NIR 1 85 04 75 006 084 23 faux").action_confirm()
        self.assertEqual(line.withdraw_reason, "NIR ••• faux")

    def test_empty_or_out_of_turn_is_refused(self):
        with self.assertRaises(UserError):
            self.wizard(self.deposit.line_ids.browse()).action_confirm()
        self.bring_to("deposited")
        line = self.deposit.line_ids[0]
        line._reject("x")
        with self.assertRaises(UserError):
            self.wizard(line).action_confirm()

    def test_other_company_s_attendees(self):
        session = self.make_session(name="Réunion", company_id=self.other_company.id)
        theirs = self.declare(
            self.make_registration(session, self.make_attendee("Inès")),
            company_id=self.other_company.id,
        ).line_ids
        with self.assertRaises(AccessError):
            self.wizard(theirs).action_confirm()


@tagged("post_install", "-at_install", "passport")
class TestSeal(LineStatesCase):
    def seals(self):
        return self.env["passport.nir.seal"].search([("line_id", "in", self.deposit.line_ids.ids)])

    def test_there_while_the_file_may_be_needed(self):
        self.assertFalse(self.seals())
        self.bring_to("generated")
        self.assertEqual(len(self.seals()), 2)
        self.deposit.action_reset_to_draft()
        self.assertFalse(self.seals())
        self.assertFalse(any(self.deposit.line_ids.mapped("file_position")))

    def test_nothing_in_clear_and_nothing_elsewhere(self):
        self.bring_to("generated")
        self.env.flush_all()
        self.env.cr.execute("SELECT to_jsonb(t)::text FROM passport_nir_seal t")
        text = " ".join(row for (row,) in self.env.cr.fetchall())
        self.assertNotIn(self.nir_of(self.zoe).replace(" ", "")[:13], text)
        # An envelope copied to another line does not open.
        first, second = self.seals()
        first.envelope = second.envelope
        with self.assertLogs("odoo.addons.passeport_prevention", "WARNING"):
            self.refused()

    def test_nobody_reads_it(self):
        self.bring_to("generated")
        for role in ("user", "declarant", "manager"):
            seals = self.as_role(self.seals(), role)
            with self.subTest(role=role), self.assertRaises(AccessError):
                seals.read(["key_id"])
            with self.subTest(role=role), self.assertRaises(AccessError):
                seals.search([])

    def test_goes_with_the_person_s_number(self):
        self.bring_to("deposited")
        self.zoe._erase_nir()
        self.assertEqual(self.seals().line_id.partner_id, self.theo)
        self.refused()

    def test_purged_after_the_retention(self):
        self.bring_to("done")
        purge = self.env["passport.nir.seal"]._purge_due
        self.assertEqual(self.company.nir_retention_months, 3)
        with freeze_time("2027-01-15 09:59:59"):
            self.assertEqual(purge(10), 0)
        with freeze_time("2027-01-15 10:00:00"):
            self.assertEqual(purge(10), 2)
        self.assertFalse(self.seals())
        self.refused()
        last = self.env["passport.nir.access"].search([("action", "=", "purge")], limit=2)
        self.assertEqual(last.partner_id, self.zoe | self.theo)
        self.assertIn(self.deposit.name, last[0].reason)

    def test_kept_while_an_answer_is_awaited(self):
        self.bring_to("deposited")
        with freeze_time("2030-01-01 10:00:00"):
            self.assertEqual(self.env["passport.nir.seal"]._purge_due(10), 0)

    def test_withdrawn_ones_count_from_their_withdrawal(self):
        self.bring_to("done")
        with freeze_time("2027-01-01 10:00:00"):
            self.deposit.line_ids[0]._withdraw("x")
        with freeze_time("2027-02-01 10:00:00"):
            self.assertEqual(self.env["passport.nir.seal"]._purge_due(10), 1)

    def test_cron_purges_it(self):
        self.bring_to("done")
        with freeze_time("2027-01-16 10:00:00"), self.enter_registry_test_mode():
            self.env.ref("passeport_prevention.ir_cron_purge_nir").method_direct_trigger()
        self.assertFalse(self.seals())

    def test_moment_of_reference(self):
        self.bring_to("done")
        self.assertEqual(set(self.deposit.line_ids.mapped("answered_on")), {NOW})


@tagged("post_install", "-at_install", "passport")
class TestHistory(LineStatesCase):
    def test_from_a_person_a_client_and_an_order(self):
        product = self.env["product.product"].create({"name": "Formation sur mesure"})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 1})],
            }
        )
        self.registrations[0].sale_order_id = order
        line = self.deposit.line_ids.filtered(
            lambda found: found.registration_id == self.registrations[0]
        )
        self.assertEqual(line.client_id, self.client)
        for record, expected in [
            (self.zoe, line if line.partner_id == self.zoe else self.deposit.line_ids - line),
            (self.client, self.deposit.line_ids),
            (order, line),
        ]:
            with self.subTest(record=record):
                seen = self.as_role(record, "user") if record != order else record
                self.assertEqual(seen.passport_line_count, len(expected))
                action = seen.action_passport_lines()
                found = self.env[action["res_model"]].search(action["domain"])
                self.assertEqual(found, expected)

    def test_which_file(self):
        self.bring_to("deposited")
        self.assertRecordValues(
            self.deposit.line_ids[0],
            [
                {
                    "file_name": self.deposit.file_name,
                    "file_sha256": self.deposit.file_sha256,
                    "file_position": 1,
                }
            ],
        )

    def test_others_do_not_see_it(self):
        for role in ("sales", "event"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.zoe, role).read(["passport_line_count"])
            with self.subTest(role=role), self.assertRaises(AccessError):
                found = self.as_role(self.zoe, role).action_passport_lines()
                self.as_role(self.env[found["res_model"]], role).search(found["domain"])
