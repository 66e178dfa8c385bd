from unittest.mock import patch

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.vault import passport_vault
from ..common import MODULE, ROLES, nir_with_key
from .test_nir import NIR, OTHER_NIR, NirCase

PARAMETER = f"{MODULE}.nir_log_months"


class AccessCase(NirCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["passport.nir.access"]

    def setUp(self):
        super().setUp()
        self.last_id = self.log.search([], limit=1).id or 0

    def entries(self):
        """Return what the log took down since the test began."""
        found = self.log.search([("id", ">", self.last_id)], order="id")
        return [(entry.user_id, entry.partner_id, entry.action, entry.reason) for entry in found]

    def assertEntries(self, *expected):
        self.env.flush_all()
        self.assertEqual(self.entries(), list(expected))
        self.last_id = self.log.search([], limit=1).id or self.last_id

    def age(self, entries, date):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE passport_nir_access SET create_date = %s WHERE id = ANY(%s)",
            (date, entries.ids),
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "passport")
class TestNirAccessEntries(AccessCase):
    def test_each_action_once_with_who_whom_and_why(self):
        user = self.users["declarant"]
        person = self.as_role(self.zoe, "declarant")
        self.assertEqual(len(person.nir), 21)
        self.assertEqual(len(person.nir), 21)  # once for one reading, not for each use
        self.assertEntries((user, self.zoe, "reveal", False))
        self.assertTrue(person.nir_masked)
        self.assertEntries((user, self.zoe, "mask", False))
        self.assertFalse(person.same_nir_partner_ids)
        self.assertEntries()
        person.nir_entry = OTHER_NIR
        self.assertEntries((user, self.zoe, "write", False))
        person.nir = NIR
        self.assertEntries((user, self.zoe, "write", False))
        person.action_open_nir_erase()
        self.assertEntries()
        person._erase_nir()
        self.assertEntries((user, self.zoe, "erase", False))
        person.action_nir_refused()
        self.assertEntries((user, self.zoe, "refuse", False))

    def test_given_up_in_the_form(self):
        person = self.as_role(self.zoe, "declarant")
        person.nir = False
        self.assertEntries((self.users["declarant"], self.zoe, "erase", False))

    def test_entered_on_a_registration(self):
        registration = self.make_registration(attendee=self.zoe)
        self.as_role(registration, "declarant").nir_entry = OTHER_NIR
        self.assertEntries((self.users["declarant"], self.zoe, "write", False))

    def test_export_names_the_deposit(self):
        registrations = self.make_registrations(None, self.zoe | self.theo)
        deposit = self.make_deposit(registrations, role="declarant")
        self.assertEntries()
        user = self.users["declarant"]
        for _download in range(2):
            deposit._render_file()
            self.env.flush_all()
            self.assertEqual(
                set(self.entries()),
                {(user, person, "export", deposit.name) for person in self.zoe | self.theo},
            )
            self.assertEqual(len(self.entries()), 2)
            self.last_id = self.log.search([], limit=1).id

    def test_purge_names_its_rule(self):
        self.row_of(self.zoe).sudo().collected_on = "2024-01-01 10:00:00"
        self.as_role(self.row_of(self.zoe), "manager").action_purge_due()
        ((user, person, action, reason),) = self.entries()
        self.assertEqual((user, person, action), (self.users["manager"], self.zoe, "purge"))
        self.assertIn("2024", reason)

    def test_deleted_row(self):
        self.as_role(self.row_of(self.zoe), "manager").unlink()
        self.assertEntries((self.users["manager"], self.zoe, "erase", False))

    def test_company_and_moment(self):
        self.as_role(self.zoe, "declarant").read(["nir"])
        entry = self.log.search([], limit=1)
        self.assertEqual((entry.company_id, entry.partner_name), (self.company, "Zoé Lefèvre"))
        self.assertTrue(entry.create_date)

    def test_work_of_the_server_is_no_sight(self):
        """What nobody sees: sealing, rendering a mask, comparing, readiness."""
        registration = self.make_registration(attendee=self.zoe)
        self.last_id = self.log.search([], limit=1).id
        self.zoe.sudo().read(["nir"])
        self.issue_codes(registration)
        self.assertEntries()

    def test_searches_are_told_whatever_they_find(self):
        declarant = self.users["declarant"]
        people = self.as_role(self.env["res.partner"], "declarant")
        people.search([("nir", "=", NIR)])
        self.assertEntries((declarant, self.zoe, "search", False))
        people.search([("nir", "=", nir_with_key("1850475009999"))])
        self.assertEntries((declarant, self.env["res.partner"], "search", False))
        for nothing in (False, ""):
            people.search([("nir", "=", nothing)], limit=1)
        self.assertEntries()

    def test_too_many_searches_are_refused(self):
        people = self.as_role(self.env["res.partner"], "declarant")
        with patch.object(passport_vault, "SEARCHES_PER_HOUR", 3):
            for _time in range(3):
                people.search([("nir", "=", NIR)])
            with self.assertRaises(UserError):
                people.search([("nir", "=", NIR)])
            self.assertTrue(self.as_role(people, "manager").search([("nir", "=", NIR)]))
            self.age(self.log.search([("action", "=", "search")]), "2026-10-15 08:59:00")
            self.assertTrue(people.search([("nir", "=", NIR)]))

    def test_a_sight_that_cannot_be_told_is_none(self):
        """On a replica, which cannot be written, Odoo starts again elsewhere."""
        person = self.as_role(self.zoe, "declarant")
        with (
            patch.object(type(self.env.cr), "readonly", True),
            self.assertRaises(ReadOnlySqlTransaction),
        ):
            person.read(["nir"])

    def test_never_the_value(self):
        registration = self.make_registration(attendee=self.zoe)
        self.as_role(self.zoe, "declarant").read(["nir"])
        self.make_deposit(registration, role="declarant")._render_file()
        self.as_role(self.zoe, "declarant")._erase_nir()
        for (text,) in self.sql("SELECT to_jsonb(t)::text FROM passport_nir_access t"):
            self.assertNotIn(NIR[:5], text.replace(" ", ""))


@tagged("post_install", "-at_install", "passport")
class TestNirAccessAppendOnly(AccessCase):
    def setUp(self):
        super().setUp()
        self.as_role(self.zoe, "declarant").read(["nir"])
        self.entry = self.log.search([], limit=1)
        self.before = self.entry.read()

    def test_nobody_changes_or_deletes_it(self):
        eyes = [self.entry.sudo(), self.entry.with_user(self.env.ref("base.user_admin"))]
        eyes += [self.as_role(self.entry, role) for role in ROLES]
        for entry in eyes:
            for name, call in [
                ("write", lambda entry: entry.write({"reason": "x"})),
                ("assign", lambda entry: setattr(entry, "user_id", 1)),
                ("unlink", lambda entry: entry.unlink()),
                ("all", lambda entry: entry.search([]).unlink()),
            ]:
                with (
                    self.subTest(user=entry.env.user.login, su=entry.env.su, call=name),
                    self.assertRaises(AccessError),
                ):
                    call(entry)
        self.env.invalidate_all()
        self.assertEqual(self.entry.read(), self.before)

    def test_nobody_adds_entries_by_hand(self):
        for role in ROLES:
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_role(self.log, role).create({"action": "reveal"})

    def test_managers_read_and_others_do_not(self):
        for role in ROLES:
            entry = self.as_role(self.entry, role)
            with self.subTest(role=role):
                if role == "manager":
                    self.assertTrue(entry.read(["user_id", "partner_name", "action", "reason"]))
                    self.assertTrue(entry.search_count([]))
                    self.assertTrue(entry.formatted_read_group([], ["user_id"], ["__count"]))
                else:
                    for call in (
                        lambda entry: entry.read(["action"]),
                        lambda entry: entry.search_count([]),
                        lambda entry: entry.formatted_read_group([], ["user_id"], ["__count"]),
                    ):
                        with self.assertRaises(AccessError):
                            call(entry)

    def test_other_company_s_entries(self):
        self.users["declarant"].company_ids |= self.other_company
        person = self.as_role(self.zoe, "declarant").with_company(self.other_company)
        person.read(["nir"])
        entry = self.log.search([], limit=1)
        self.assertEqual(entry.company_id, self.other_company)
        seen = self.as_role(self.log, "manager").search([])
        self.assertNotIn(entry.id, seen.ids)
        self.assertIn(self.entry.id, seen.ids)
        with self.assertRaises(AccessError):
            self.as_role(entry, "manager").read(["action"])

    def test_a_file_is_told_to_its_training_body(self):
        """Whichever body its declarant works in: managers of the file's own read who had it."""
        session = self.make_session(company_id=self.other_company.id)
        seats = self.make_registrations(session, self.make_attendee("Carl Réunion"))
        deposit = self.make_deposit(seats, company_id=self.other_company.id)
        declarant = self.users["declarant"]
        declarant.company_ids |= self.other_company
        both = (self.company | self.other_company).ids
        theirs = deposit.with_user(declarant).with_context(allowed_company_ids=both)
        for _time in ("first", "again"):
            theirs._render_file()
            entry = self.log.search([], limit=1)
            self.assertEqual((entry.action, entry.company_id), ("export", self.other_company))

    def test_typed_in_a_session_of_the_other_body(self):
        session = self.make_session(company_id=self.other_company.id)
        person = self.make_attendees(["Carl Réunion"], nir=False)
        seat = self.make_registration(session, person)
        self.assertEqual(self.env.company, self.company)
        seat.nir_entry = self.next_nir()
        row = self.env["passport.nir"].search([("partner_id", "=", person.id)])
        self.assertEqual(row.collecting_company_id, self.other_company)
        self.assertEqual(self.log.search([], limit=1).company_id, self.other_company)

    def test_smart_button(self):
        action = self.as_role(self.zoe, "manager").action_nir_access_log()
        found = self.as_role(self.log, "manager").search(action["domain"])
        self.assertEqual(found.partner_id.ids, self.zoe.ids)
        self.assertIn(self.entry.id, found.ids)

    def test_deleted_contact_leaves_its_name(self):
        self.zoe.unlink()
        self.env.invalidate_all()
        self.assertEqual((self.entry.partner_id.ids, self.entry.partner_name), ([], "Zoé Lefèvre"))

    def test_merged_contact_hands_its_entries_over(self):
        without = self.make_attendee("Zoé Lefevre", nir=False)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((without | self.zoe).ids, without)
        self.env.invalidate_all()
        self.assertEqual(self.entry.partner_id, without)
        self.assertEqual(self.entry.partner_name, "Zoé Lefèvre")

    def test_user_of_an_entry_cannot_be_deleted(self):
        with self.assertRaises(UserError) as caught:
            self.users["declarant"].unlink()
        self.assertIn("Test declarant", str(caught.exception))

    def test_deleted_company_leaves_the_entry(self):
        company = self.env["res.company"].create({"name": "Fermée"})
        self.log.with_company(company)._record(self.zoe, "write")
        entry = self.log.search([], limit=1)
        self.assertEqual(entry.company_id, company)
        self.env.flush_all()
        # A shop of a website gives each company its means of payment, which would keep it.
        self.env["payment.provider"].search([("company_id", "=", company.id)]).unlink()
        company.unlink()
        self.assertFalse(entry.company_id)


@tagged("post_install", "-at_install", "passport")
class TestNirAccessCleaning(AccessCase):
    """The database's clock is not frozen: entries are aged from its own today."""

    def setUp(self):
        super().setUp()
        self.log._record(self.zoe | self.theo | self.client, "reveal")
        self.recent, self.middle, self.old = self.log.search([], limit=3)
        (now,) = self.sql("SELECT (now() AT TIME ZONE 'UTC')")[0]
        for entry, months in ((self.middle, 35), (self.old, 37)):
            self.age(entry, fields.Date.subtract(now, months=months))

    def test_older_than_three_years_by_default(self):
        self.log._gc_old_entries()
        self.env.invalidate_all()
        self.assertEqual((self.recent | self.middle | self.old).exists(), self.recent | self.middle)

    def test_period_of_the_settings(self):
        self.env["ir.config_parameter"].set_param(PARAMETER, "12")
        self.log._gc_old_entries()
        self.env.invalidate_all()
        self.assertEqual((self.recent | self.middle | self.old).exists(), self.recent)

    def test_nonsense_keeps_everything(self):
        for nonsense in ("0", "-3", "x", "1.5"):
            self.env["ir.config_parameter"].set_param(PARAMETER, nonsense)
            self.log._gc_old_entries()
            self.assertEqual(len((self.recent | self.middle | self.old).exists()), 3)

    def test_a_year_is_kept_whatever_the_settings_say(self):
        (now,) = self.sql("SELECT (now() AT TIME ZONE 'UTC')")[0]
        self.age(self.middle, fields.Date.subtract(now, months=11))
        self.env["ir.config_parameter"].set_param(PARAMETER, "1")
        self.log._gc_old_entries()
        self.env.invalidate_all()
        self.assertEqual((self.recent | self.middle | self.old).exists(), self.recent | self.middle)

    def test_is_part_of_the_daily_cleaning(self):
        self.assertTrue(getattr(type(self.log)._gc_old_entries, "_autovacuum", False))
