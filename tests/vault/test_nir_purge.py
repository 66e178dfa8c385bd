from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import NOW, SIRET_OF_B, PassportCase, nir_with_key

TODAY = fields.Date.to_date("2026-10-15")  # common's NOW
LONG_AGO = "2020-01-01 10:00:00"


class PurgeCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vault = cls.env["passport.nir"]

    def person(self, collected_on=LONG_AGO, **values):
        person = self.make_attendee(**values)
        self.row(person).sudo().collected_on = collected_on
        return person

    def row(self, person):
        return self.vault.search([("partner_id", "in", person.ids)])

    def deposited(self, person, company=None):
        """Return the deposit that holds a new training of this person, given to the portal."""
        company = company or self.company
        session = self.make_session(company_id=company.id)
        registration = self.make_registration(session, person)
        deposit = self.make_deposit(registration, company_id=company.id)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        return deposit

    def accepted(self, person, on, company=None):
        deposit = self.deposited(person, company)
        deposit.action_accept()
        deposit.line_ids.sudo().answered_on = on
        return deposit

    def purge_on(self, person):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.row(person).purge_on


@tagged("post_install", "-at_install", "passport")
class TestNirPurgeRules(PurgeCase):
    def assertPurge(self, person, day):
        """Check the day of purge, in the list, in the search, and in what is due."""
        self.assertEqual(str(self.purge_on(person) or ""), day)
        row = self.row(person)
        is_due = bool(day) and day <= str(TODAY)
        due = self.env["passport.nir.purge"]._due(row.ids)
        self.assertEqual(list(due), row.ids if is_due else [])
        listed = self.as_role(self.vault, "manager")
        for limit in ("today", str(TODAY)):  # the filter's word, and the day it means
            found = listed.search([("purge_on", "<=", limit), ("id", "=", row.id)])
            self.assertEqual(found.ids, row.ids if is_due else [])
        before = listed.search([("purge_on", "<", "today"), ("id", "=", row.id)])
        self.assertEqual(before.ids, row.ids if is_due and day < str(TODAY) else [])
        self.assertTrue(row.purge_reason)

    def test_never_used(self):
        for collected, day in [
            ("2025-10-15 09:00:00", "2026-10-15"),
            ("2025-10-16 09:00:00", "2026-10-16"),
            ("2025-10-14 09:00:00", "2026-10-14"),
            ("2026-10-15 09:00:00", "2027-10-15"),
            ("2026-02-28 09:00:00", "2027-02-28"),
        ]:
            with self.subTest(collected=collected):
                self.assertPurge(self.person(collected), day)

    def test_accepted(self):
        for accepted, day in [
            ("2026-07-15 09:00:00", "2026-10-15"),
            ("2026-07-16 09:00:00", "2026-10-16"),
            ("2026-10-14 09:00:00", "2027-01-14"),
            ("2024-11-30 09:00:00", "2025-02-28"),
        ]:
            person = self.person()
            self.accepted(person, accepted)
            with self.subTest(accepted=accepted):
                self.assertPurge(person, day)

    def test_last_acceptance_counts(self):
        person = self.person()
        self.accepted(person, "2026-09-01 09:00:00")
        self.accepted(person, "2026-02-01 09:00:00")
        self.assertPurge(person, "2026-12-01")

    def test_collected_again_after_the_acceptance(self):
        person = self.person()
        self.accepted(person, "2026-01-10 09:00:00")
        self.row(person).sudo().collected_on = "2026-02-01 09:00:00"
        self.assertPurge(person, "2027-02-01")

    def test_entered_anew_counts_from_then(self):
        person = self.person()
        person.nir = nir_with_key("1850475006999")
        self.assertPurge(person, "2027-10-15")

    def test_months_of_the_company(self):
        self.company.write({"nir_retention_months": 0, "nir_unused_months": 1})
        used, unused = self.person(), self.person("2026-09-15 09:00:00")
        self.accepted(used, "2026-10-15 09:00:00")
        self.assertPurge(used, "2026-10-15")
        self.assertPurge(unused, "2026-10-15")

    def test_longest_of_two_companies_wins(self):
        self.other_company.company_registry = SIRET_OF_B
        self.other_company.nir_retention_months = 24
        for first, second, day in [
            ("2026-02-01 09:00:00", "2026-02-01 09:00:00", "2028-02-01"),
            ("2026-02-01 09:00:00", "2025-02-01 09:00:00", "2027-02-01"),
            ("2026-09-01 09:00:00", "2023-02-01 09:00:00", "2026-12-01"),
        ]:
            person = self.person()
            self.accepted(person, first)
            self.accepted(person, second, self.other_company)
            with self.subTest(first=first, second=second):
                self.assertPurge(person, day)

    def test_kept_while_pending(self):
        """Old as they are: to come, blocked, in a file without answer, to be corrected."""

        def blocked(person):
            person.birth_name = False
            return self.make_registration(attendee=person)

        def rejected(person):
            deposit = self.deposited(person)
            deposit.line_ids._reject("NIR inconnu")
            return deposit.line_ids.registration_id

        def to_come(person):
            dates = {"date_begin": "2026-12-01 08:00:00", "date_end": "2026-12-01 15:00:00"}
            session = self.make_session(**dates)
            return self.make_registration(session, person, state="open")

        for state, make in [
            ("blocked", blocked),
            ("blocked", to_come),
            ("ready", lambda person: self.make_registration(attendee=person)),
            ("in_progress", lambda person: self.declare(self.make_registration(attendee=person))),
            ("in_progress", self.deposited),
            ("rejected", rejected),
        ]:
            person = self.person()
            self.accepted(person, "2021-01-01 09:00:00")
            records = make(person)
            with self.subTest(state=state, make=make.__name__):
                registrations = person.passport_registration_ids
                self.assertIn(state, registrations.mapped("passport_state"), records)
                self.assertPurge(person, "")
                self.row(person).action_purge_due()
                self.assertTrue(self.row(person))

    def test_not_kept_for_what_will_not_come_any_more(self):
        """A blocked attendee keeps the NIR until some months after the deadline, 12 by default."""
        mandatory = self.make_training(passport_category="1")
        self.company.passport_first_day = "2025-01-01"
        for held, months, kept in [
            ("2025-10-10", 12, True),  # due on 30/09/2026
            ("2025-10-10", 1, True),
            ("2025-09-01", 1, True),
            ("2025-08-20", 12, False),  # no deadline: its own day counts
            ("2025-08-20", 14, True),
            ("2025-10-15", 12, True),
        ]:
            self.company.nir_overdue_months = months
            person = self.person()
            session = self.make_session(
                mandatory, date_begin=f"{held} 07:00:00", date_end=f"{held} 15:00:00"
            )
            self.make_registration(session, person, state="open")
            with self.subTest(held=held, months=months):
                self.assertEqual(person.passport_registration_ids.passport_state, "blocked")
                self.assertPurge(person, "" if kept else "2021-01-01")
                if not kept:
                    # One that is still to come keeps it all the same.
                    self.make_registration(attendee=person)
                    self.assertPurge(person, "")

    def test_missed_deadline_counts_from_the_deadline(self):
        self.company.nir_overdue_months = 2
        person = self.person(collected_on="2025-10-01 09:00:00")
        session = self.make_session(
            self.make_training(passport_category="1"),
            date_begin="2025-10-10 07:00:00",
            date_end="2025-10-10 15:00:00",
        )
        self.make_registration(session, person, state="open")
        for today, day in [("2026-11-30", ""), ("2026-12-01", "2026-10-01")]:
            with self.subTest(today=today), freeze_time(f"{today} 12:00:00"):
                self.assertEqual(str(self.purge_on(person) or ""), day)

    def test_longest_limit_without_a_company(self):
        self.company.nir_overdue_months = 1
        self.other_company.nir_overdue_months = 14
        # Declared voluntarily by all, also where no company says so.
        self.env["passport.law.rule"].search(
            [("code", "=", "body_declares")]
        ).date_from = "2025-01-01"
        person = self.person()
        session = self.make_session(
            date_begin="2025-08-20 07:00:00", date_end="2025-08-20 15:00:00"
        )
        self.make_registration(session, person, state="open")
        self.assertPurge(person, "2021-01-01")
        session.company_id = False
        self.assertPurge(person, "")

    def test_not_kept_for_what_is_not_to_declare(self):
        for values in ({"state": "cancel"}, {"active": False}):
            person = self.person()
            self.make_registration(attendee=person).write(values)
            with self.subTest(values=values):
                self.assertPurge(person, "2021-01-01")

    def test_reasons_tell_the_rule(self):
        unused, used, pending = self.person(), self.person(), self.person()
        self.accepted(used, "2026-07-01 09:00:00")
        self.make_registration(attendee=pending)
        rows = self.row(unused | used | pending).with_context(lang="en_US")
        reasons = {row.partner_id: row.purge_reason for row in rows}
        self.assertRegex(reasons[unused], "Collected on .*2020 and not used")
        self.assertRegex(reasons[used], "accepted on .*2026")
        self.assertRegex(reasons[pending], "pending")

    def test_constant_number_of_queries(self):
        people = self.make_attendees([f"Personne {number}" for number in range(40)])
        self.make_registrations(None, people[::4])
        rows = self.row(people)
        rows.sudo().collected_on = LONG_AGO
        dates = self.env["passport.nir.purge"]._dates
        self.queries_of(lambda: dates(rows))  # what is cached for the whole server
        few = self.queries_of(lambda: dates(rows[:10]))
        self.assertEqual(self.queries_of(lambda: dates(rows)), few)
        self.assertLess(few, 6)

    def test_counting_what_is_due_is_one_query(self):
        self.make_attendees([f"Personne {letter}" for letter in "ABCDEFGH"])
        self.vault.sudo().search([]).collected_on = LONG_AGO
        seen = self.as_role(self.vault, "manager")

        def count():
            return seen.search_count([("purge_on", "<=", "today")])

        self.queries_of(count)
        self.assertLess(self.queries_of(count), 6)
        self.assertEqual(count(), self.vault.search_count([]))


@tagged("post_install", "-at_install", "passport")
class TestNirPurge(PurgeCase):
    def purge(self, stop_after=None):
        self.progress = []

        def commit_progress(_cron, processed=0, *, remaining=None, deactivate=False):
            self.progress.append((processed, remaining))
            self.env.flush_all()
            return 0 if stop_after is not None and len(self.progress) > stop_after else 60

        with patch.object(self.registry["ir.cron"], "_commit_progress", commit_progress):
            self.env["passport.nir.purge"]._run(batch=2)
        self.env.invalidate_all()

    def test_batches_and_what_stays(self):
        due = [self.person() for _ in range(5)]
        kept = [self.person("2026-10-01 10:00:00"), self.person()]
        self.make_registration(attendee=kept[1])
        total = self.vault.search_count([])
        self.purge(stop_after=1)
        self.assertEqual(self.vault.search_count([]), total - 2)
        self.purge()
        self.assertEqual(self.vault.search([]).partner_id, kept[0] | kept[1])
        self.assertEqual(self.progress[0], (0, 3))
        self.assertEqual(self.progress[-1][1], 0)
        for person in due:
            self.assertEqual((person.nir_state, person.nir_state_date), ("purged", NOW))
        entries = self.env["passport.nir.access"].search([("action", "=", "purge")])
        self.assertEqual(sorted(entries.partner_id.ids), sorted(person.id for person in due))
        self.assertEqual(len(entries), 5)

    def test_constant_number_of_queries_for_a_batch(self):
        counts = []
        for size in (3, 5, 40):  # the first time only fills what is cached for all
            people = self.make_attendees(
                [f"Personne {chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(size)]
            )
            self.make_registrations(self.make_session(), people[:3], outcome="absent")
            for number, row in enumerate(self.row(people).sudo()):
                # Each its own day, so its own reason in the log.
                row.collected_on = fields.Datetime.subtract(NOW, months=24, days=number)
            with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60):
                counts.append(self.queries_of(self.env["passport.nir.purge"]._run))
            self.assertEqual(set(people.mapped("nir_state")), {"purged"})
            reasons = self.env["passport.nir.access"].search([("action", "=", "purge")], limit=size)
            self.assertEqual(len(set(reasons.mapped("reason"))), size)
        self.assertEqual(counts[1], counts[2])

    def test_scheduled_action(self):
        due, kept = self.person(), self.person("2026-10-01 10:00:00")
        cron = self.env.ref("passeport_prevention.ir_cron_purge_nir")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((due.nir_state, kept.nir_state), ("purged", "provided"))

    def test_told_to_the_log_of_who_collected_it(self):
        """A body's managers read of their own people, and of no other body's."""
        ours, theirs = (
            self.person(),
            self.person(name="Théo Riou", company_id=self.other_company.id),
        )
        self.row(theirs).sudo().collecting_company_id = self.other_company
        cron = self.env.ref("passeport_prevention.ir_cron_purge_nir")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        log = self.env["passport.nir.access"].search([("action", "=", "purge")])
        told = {entry.partner_id: entry.company_id for entry in log}
        self.assertEqual(told, {ours: self.company, theirs: self.other_company})

    def test_by_hand_for_managers(self):
        due, kept = self.person(), self.person("2026-10-01 10:00:00")
        rows = self.row(due | kept)
        for role in ("declarant", "user", "internal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(rows, role).action_purge_due()
        action = self.as_role(rows, "manager").with_context(lang="en_US").action_purge_due()
        self.assertEqual(action["params"]["message"], "NIRs purged: 1, kept: 1.")
        self.env.invalidate_all()
        self.assertEqual((due.nir_state, kept.nir_state), ("purged", "provided"))

    def test_nothing_is_left_and_what_was_declared_is_readable(self):
        person = self.person()
        deposit = self.accepted(person, "2021-01-01 09:00:00")
        self.purge()
        self.assertFalse(self.row(person))
        self.env.cr.execute("SELECT count(*) FROM passport_nir WHERE partner_id = %s", (person.id,))
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        seen = self.as_role(person, "declarant")
        self.assertEqual((seen.nir, seen.nir_masked, seen.nir_state), (False, False, "purged"))
        with self.assertRaises(UserError) as caught:
            self.as_role(deposit, "declarant").with_context(lang="en_US")._render_file()
        self.assertIn(deposit.name, str(caught.exception))
        self.assertIn("purged", str(caught.exception))
        with self.assertRaises(UserError):
            self.as_role(deposit, "declarant").action_download()
        (line,) = self.as_role(deposit.line_ids, "user").read(["birth_name", "siret", "state"])
        self.assertEqual(line["state"], "accepted")
        self.assertTrue(line["birth_name"])
        self.assertTrue(deposit.file_sha256)
        self.assertEqual(deposit.line_ids.registration_id.passport_state, "declared")

    def test_next_training_asks_again(self):
        person = self.person()
        self.purge()
        registration = self.make_registration(attendee=person)
        self.assertEqual(self.issue_codes(registration), ["nir_missing"])
        self.as_role(person, "declarant").nir_entry = nir_with_key("1850475006998")
        self.env.invalidate_all()
        self.assertEqual(person.nir_state, "provided")
        self.assertEqual(registration.passport_state, "ready")


@tagged("post_install", "-at_install", "passport")
class TestNirErase(PurgeCase):
    def test_consequences_then_erased(self):
        person = self.person()
        deposit = self.deposited(person)
        self.make_registration(self.make_session(name="Autre"), person)
        action = self.as_role(person, "declarant").action_open_nir_erase()
        self.assertEqual((action["res_model"], action["target"]), ("passport.nir.erase", "new"))
        dialog = self.as_role(self.env[action["res_model"]], "declarant")
        dialog = dialog.browse(action["res_id"]).with_context(lang="en_US")
        self.assertIn(
            "Trainings of this person that you can no longer declare: 1.", dialog.consequences
        )
        self.assertIn(deposit.declaration_ids.name, dialog.consequences)
        self.assertIn("stays readable", dialog.consequences)
        self.assertTrue(self.row(person))
        dialog.action_confirm()
        self.env.invalidate_all()
        self.assertFalse(self.row(person))
        self.assertEqual((person.nir_state, person.nir_state_date), ("purged", NOW))
        entry = self.env["passport.nir.access"].search([], limit=1)
        self.assertEqual(
            (entry.user_id, entry.partner_id, entry.action),
            (self.users["declarant"], person, "erase"),
        )
        with self.assertRaises(UserError):
            self.as_role(deposit, "declarant")._render_file()

    def test_nothing_pending_is_not_threatened(self):
        person = self.person()
        dialog = self.env["passport.nir.erase"].create({"partner_id": person.id})
        texts = dialog.with_context(lang="en_US").consequences
        self.assertNotIn("trainings", texts)
        self.assertNotIn("import file", texts)

    def test_who_may_not(self):
        person = self.person()
        for role in ("user", "sales", "event", "internal"):
            for call in (
                lambda person: person.action_open_nir_erase(),
                lambda person: person._erase_nir(),
                lambda person: self.row(person).with_env(person.env).unlink(),
            ):
                with self.subTest(role=role), self.assertRaises(AccessError):
                    call(self.as_role(person, role))
        self.assertTrue(self.row(person))

    def test_row_deleted_as_the_privacy_tools_do(self):
        """Odoo's own tool deletes as superuser, in the name of who runs it."""
        manager = self.users["manager"]
        for sudo in (False, True):
            registration = self.make_registration(self.make_session())
            person = registration.attendee_partner_id
            deposit = self.make_deposit(registration)
            self.file_of(deposit)
            self.as_role(self.row(person), "manager").sudo(sudo).unlink()
            self.env.invalidate_all()
            with self.subTest(sudo=sudo):
                self.assertEqual(person.nir_state, "purged")
                entry = self.env["passport.nir.access"].search([], limit=1)
                self.assertEqual((entry.partner_id, entry.action), (person, "erase"))
                self.assertEqual(entry.user_id, manager)
                seals = self.env["passport.nir.seal"].sudo()
                self.assertFalse(seals.search([("line_id", "in", deposit.line_ids.ids)]))
