import hashlib
from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ...tools import authority_file
from ..common import NOW, PassportCase, nir_with_key

# State: what can be done then. Everything else is refused.
DEPOSIT_ACTIONS = {
    "draft": {"action_update_values", "action_cancel", "action_download"},
    "generated": {
        "action_mark_deposited",
        "action_reset_to_draft",
        "action_cancel",
        "action_download",
    },
    "deposited": {"action_accept", "action_download"},
    "done": {"action_download"},
    "cancelled": set(),
}
DECLARATION_ACTIONS = ("action_update_values", "action_cancel", "action_create_deposit")


class DepositCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe, cls.theo = cls.make_attendees(["Zoé Lefèvre", "Théo Riou"])
        cls.session = cls.make_session()
        cls.registrations = cls.make_registrations(cls.session, cls.zoe | cls.theo)

    def setUp(self):
        super().setUp()
        self.deposit = self.make_deposit(self.registrations, role="declarant")
        self.declaration = self.deposit.declaration_ids

    def bring_to(self, state):
        deposit = self.deposit
        if state == "cancelled":
            deposit.action_cancel()
        elif state != "draft":
            self.file_of(deposit)
            if state != "generated":
                deposit.action_mark_deposited()
            if state == "done":
                deposit.action_accept()
        self.assertEqual(deposit.state, state)

    def refused(self, deposit=None):
        """Return the message of the file that cannot be rendered; nothing may change."""
        deposit = deposit or self.deposit
        before = deposit.read(["state", "file_sha256", "file_name"])
        with self.assertRaises(UserError) as caught:
            self.file_of(deposit)
        self.assertEqual(deposit.read(["state", "file_sha256", "file_name"]), before)
        return str(caught.exception)


@tagged("post_install", "-at_install", "passport")
class TestDepositStates(DepositCase):
    def test_life(self):
        self.assertRecordValues(self.declaration, [{"state": "prepared", "line_count": 2}])
        self.bring_to("deposited")
        self.assertEqual(self.declaration.state, "deposited")
        self.assertEqual(self.deposit.deposited_by_id, self.users["declarant"])
        lines = self.deposit.line_ids
        lines[0].action_accept()
        self.assertEqual((self.deposit.state, self.declaration.state), ("deposited", "deposited"))
        self.deposit.action_accept()
        self.assertEqual((self.deposit.state, self.declaration.state), ("done", "done"))
        self.env.invalidate_all()
        self.assertEqual(self.deposit.accepted_count, 2)
        self.assertEqual(set(self.registrations.mapped("passport_state")), {"declared"})

    def test_last_answer_closes_the_deposit(self):
        self.bring_to("deposited")
        self.deposit.line_ids[0]._reject("NIR inconnu")
        self.deposit.line_ids[1].action_accept()
        self.env.invalidate_all()
        self.assertEqual((self.declaration.accepted_count, self.declaration.rejected_count), (1, 1))
        self.assertEqual(self.deposit.rejected_count, 1)
        self.assertEqual(self.deposit.state, "done")

    def test_actions_out_of_turn_are_refused(self):
        for state, allowed in DEPOSIT_ACTIONS.items():
            with self.env.cr.savepoint() as savepoint:
                self.bring_to(state)
                for action in set.union(*DEPOSIT_ACTIONS.values()) - allowed:
                    with self.subTest(state=state, action=action), self.assertRaises(UserError):
                        getattr(self.deposit, action)()
                self.assertEqual(self.deposit.state, state)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_actions_in_turn_are_possible(self):
        for state, allowed in DEPOSIT_ACTIONS.items():
            for action in allowed:
                with self.subTest(state=state, action=action), self.env.cr.savepoint() as savepoint:
                    self.bring_to(state)
                    getattr(self.deposit, action)()
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_declaration_cannot_change_once_its_file_is_there(self):
        for state in ("generated", "deposited", "done"):
            with self.env.cr.savepoint() as savepoint:
                self.bring_to(state)
                for action in DECLARATION_ACTIONS:
                    with self.subTest(state=state, action=action), self.assertRaises(UserError):
                        getattr(self.declaration, action)()
                for values in ({"deposit_id": False}, {"reference": "Autre"}):
                    with self.subTest(state=state, values=values), self.assertRaises(UserError):
                        self.declaration.write(values)
                with self.subTest(state=state), self.assertRaises(UserError):
                    self.deposit.declaration_ids = [Command.clear()]
                savepoint.rollback()
                self.env.invalidate_all()

    def test_lines_are_answered_once_and_after_the_deposit(self):
        line = self.deposit.line_ids[0]
        with self.assertRaises(UserError):
            line.action_accept()
        self.bring_to("deposited")
        line.action_accept()
        for answer in (line.action_accept, lambda: line._reject("x")):
            with self.assertRaises(UserError):
                answer()

    def test_cancelled_deposit_frees_its_attendees(self):
        for state in ("draft", "generated"):
            with self.subTest(state=state), self.env.cr.savepoint() as savepoint:
                self.bring_to(state)
                self.deposit.action_cancel()
                self.assertFalse(self.deposit.file_sha256)
                self.assertFalse(self.declaration.deposit_id)
                self.assertEqual(self.declaration.state, "cancelled")
                self.assertEqual(set(self.registrations.mapped("passport_state")), {"ready"})
                again = self.make_deposit(self.registrations)
                self.assertTrue(self.file_of(again))
                before = self.declaration.line_ids.mapped("unique_id")
                self.assertFalse(set(before) & set(again.line_ids.mapped("unique_id")))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_declaration_is_in_one_deposit_and_is_of_the_file_channel(self):
        with self.assertRaises(UserError):
            self.declaration._create_deposit()
        form = self.declare(self.make_ready(1), channel="form")
        with self.assertRaises(UserError):
            form._create_deposit()
        with self.assertRaises(UserError):
            self.deposit.sudo().declaration_ids = [Command.link(form.id)]

    def test_web_form_declaration_is_deposited_by_hand(self):
        form = self.as_role(self.declare(self.make_ready(1), channel="form"), "user")
        form.action_mark_deposited()
        self.assertEqual(form.state, "deposited")
        form.line_ids.action_accept()
        self.assertEqual(form.state, "done")
        with self.assertRaises(UserError):
            self.declaration.action_mark_deposited()

    def test_only_deposits_without_history_can_be_deleted(self):
        with self.assertRaises(UserError):
            self.deposit.unlink()
        self.deposit.action_cancel()
        self.deposit.unlink()
        self.assertEqual(self.declaration.exists().state, "cancelled")

    def test_empty_deposit_has_no_file(self):
        empty = self.as_role(self.env["passport.deposit"], "declarant").create({})
        self.assertIn("no attendee", self.refused(empty))


@tagged("post_install", "-at_install", "passport")
class TestFile(DepositCase):
    def test_what_is_kept_is_the_fingerprint_and_not_the_file(self):
        before = self.env["ir.attachment"].search_count([])
        content = self.file_of(self.deposit)
        self.assertRecordValues(
            self.deposit,
            [
                {
                    "state": "generated",
                    "file_sha256": hashlib.sha256(content).hexdigest(),
                    "file_size": len(content),
                    "file_line_count": 2,
                    "file_name": f"812345676_ADF_20261015_{self.deposit.name}.csv",
                    "generated_on": NOW,
                    "generated_by_id": self.users["declarant"].id,
                }
            ],
        )
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)
        number = self.nir_of(self.zoe).replace(" ", "")[:13]
        self.assertIn(number.encode(), content)
        self.env.flush_all()
        for table in (
            "passport_deposit",
            "passport_declaration",
            "passport_declaration_line",
            "mail_message",
        ):
            self.env.cr.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
            self.assertFalse([row for (row,) in self.env.cr.fetchall() if number in row], table)

    def test_same_bytes_each_time(self):
        content = self.file_of(self.deposit)
        generated = self.deposit.read()
        with freeze_time("2026-11-02 08:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.file_of(self.deposit), content)
        self.assertEqual(self.deposit.read(), generated)

    def test_values_are_frozen_once_generated(self):
        content = self.file_of(self.deposit)
        self.zoe.birth_name = "MARTIN"
        self.client.company_registry = False
        self.training.write({"name": "Autre", "rome_code_ids": False})
        self.session.write({"date_end": "2026-09-11 15:00:00", "training_modality": "MIXTE"})
        self.registrations.write({"without_employer": True, "state": "cancel"})
        self.assertEqual(self.file_of(self.deposit), content)

    def test_stale_values_are_refused_then_updated(self):
        for record, values, text in [
            (self.zoe, {"birth_name": "MARTIN"}, "|MARTIN|"),
            (self.client, {"company_registry": "51234987900019"}, "|51234987900019|"),
            (self.registrations, {"employer_reference": "M 12"}, "|M 12|"),
            (self.registrations, {"without_employer": True}, "|NON|||"),
            (self.registrations, {"validity_end_date": "2027-01-31"}, "|31/01/2027\r\n"),
            (self.training, {"name": "SST"}, "|SST|"),
            (self.session, {"training_modality": "MIXTE"}, "|MIXTE|"),
            (self.session, {"date_begin": "2026-09-08 07:00:00"}, "|08/09/2026|"),
            (self.training, {"nsf_code_ids": [Command.set(self.codes("nsf", 2).ids)]}, "/"),
        ]:
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                record.write(values)
                self.assertIn("Update Values", self.refused())
                self.deposit.action_update_values()
                self.assertIn(text, self.file_of(self.deposit).decode())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_attendee_who_is_no_longer_ready_is_refused(self):
        for record, values, words in [
            (self.zoe, {"nir": False}, "missing"),
            (self.zoe, {"nir": "185047500608400"}, "wrong"),
            (self.zoe, {"birth_name": False}, "birth name"),
            (self.client, {"company_registry": False}, "SIRET"),
            (self.training, {"rome_code_ids": False}, "ROME"),
            (self.session, {"is_subcontracted": True}, "another training body"),
            (self.registrations[0], {"state": "open"}, "attended"),
        ]:
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                number = (self.nir_of(self.zoe) or "").replace(" ", "")
                record.write(values)
                message = self.refused()
                self.assertIn(words, message)
                self.assertNotIn(number[:5], message.replace(" ", ""))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_cancelled_registration_is_not_declared(self):
        for values in ({"state": "cancel"}, {"active": False}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                self.registrations[0].write(values)
                self.refused()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_attendee_moved_to_another_session_is_refused(self):
        """A declaration is of one session: the columns of its training are the same on each line."""
        other = self.make_session(name="Autre", date_begin="2026-09-01 07:00:00")
        for registration in self.registrations:
            with (
                self.subTest(attendee=registration.name),
                self.env.cr.savepoint() as savepoint,
            ):
                registration.event_id = other
                self.refused()
                # Updating must not drag the whole declaration to the other session either.
                with suppress(UserError):
                    self.deposit.action_update_values()
                self.refused()
                savepoint.rollback()
                self.env.invalidate_all()

    def test_session_of_another_training_body_is_refused(self):
        """Its attendees would be told to the authority under the SIREN of who does not train them."""
        self.registrations.event_id.company_id = self.other_company
        self.refused()
        with self.assertRaisesRegex(UserError, "another training body"):
            self.deposit.action_update_values()
        self.refused()

    def test_numbers_are_sealed_whether_many_or_few_at_a_time(self):
        module = "odoo.addons.passeport_prevention.models.declaration.passport_nir_seal"
        with patch(f"{module}.SEALED_AT_ONCE", 1):
            content = self.file_of(self.deposit)
        seals = self.env["passport.nir.seal"].sudo().search([])
        self.assertEqual(seals.line_id & self.deposit.line_ids, self.deposit.line_ids)
        self.assertEqual(self.file_of(self.deposit), content)

    def test_nir_corrected_before_the_file_is_the_one_declared(self):
        self.zoe.nir = nir_with_key("2690299341123")
        self.assertIn(b"|2690299341123|", self.file_of(self.deposit))

    def test_nir_corrected_after_the_file_leaves_it_as_it_was(self):
        content = self.file_of(self.deposit)
        self.assertFalse(self.deposit.is_outdated)
        with freeze_time("2026-10-15 11:00:00"):
            self.zoe.nir = nir_with_key("2690299341123")
        self.env.invalidate_all()
        self.assertTrue(self.deposit.is_outdated)
        self.assertEqual(self.file_of(self.deposit), content)
        self.assertNotIn(b"|2690299341123|", content)
        self.deposit.action_reset_to_draft()
        self.assertFalse(self.deposit.is_outdated)
        self.assertIn(b"|2690299341123|", self.file_of(self.deposit))

    def test_nir_erased_after_the_file_ends_it(self):
        self.file_of(self.deposit)
        self.zoe.nir = False
        message = self.refused()
        self.assertRegex(message, "social security number|NIR")
        for name in (self.deposit.name, self.declaration.name):
            message = message.replace(name, "")
        self.assertNotRegex(message, r"\d{4}")

    def test_settings_changed_after_the_file_leave_it_as_it_was(self):
        content = self.file_of(self.deposit)
        self.company.write({"passport_line_end": "lf", "passport_bom": True})
        self.assertEqual(self.file_of(self.deposit), content)
        self.deposit.action_reset_to_draft()
        self.assertTrue(self.file_of(self.deposit).startswith(b"\xef\xbb\xbf"))

    def test_file_that_comes_out_different_is_not_delivered(self):
        """A line altered behind the addon's back."""
        self.file_of(self.deposit)
        self.deposit.line_ids.sudo()[0].birth_name = "MARTIN"
        self.assertIn("does not come out as it was", self.refused())

    def test_company_without_a_siret_cannot_name_its_file(self):
        for wrong in (False, "812345676", "81234567600018"):
            with self.subTest(wrong=wrong):
                self.company.company_registry = wrong
                self.assertIn("SIRET", self.refused())

    def test_file_that_is_too_large_is_refused(self):
        with patch.object(authority_file, "MAX_FILE_BYTES", 100):
            self.assertIn("200 MB", self.refused())

    def test_fault_of_the_whole_file_names_the_attendee_and_the_column(self):
        """A line altered behind the addon's back: the last check still stops it."""
        line = self.deposit.line_ids.sudo().filtered(lambda line: line.partner_id == self.zoe)
        line.siret = "78945612600019"
        with patch.object(self.registry["passport.file.check"], "_check_lines", lambda *_: None):
            message = self.refused()
        self.assertIn("SIRET_EMPLOYEUR", message)
        self.assertIn(line.display_name, message)
        self.assertIn(self.declaration.name, message)

    def test_query_count_does_not_grow_with_the_attendees(self):
        first, *deposits = [self.make_deposit(self.make_ready(count)) for count in (3, 10, 40)]
        self.file_of(first)
        for _time in ("generated", "again"):
            counts = [self.queries_of(lambda d=deposit: self.file_of(d)) for deposit in deposits]
            self.assertEqual(counts[0], counts[1])
