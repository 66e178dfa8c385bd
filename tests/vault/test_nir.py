from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import PassportCase, nir_with_key

NIR = nir_with_key("1850475006084")
OTHER_NIR = nir_with_key("2690299341123")
SHOWN = "1 85 04 75 006 084 59"
OTHER_ROLES = ("user", "sales", "event", "internal")


class NirCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls.make_attendee(nir=NIR)
        cls.theo = cls.make_attendee("Théo Riou", nir=OTHER_NIR)

    def sql(self, query, *params):
        self.env.flush_all()
        self.env.cr.execute(query, params)
        return self.env.cr.fetchall()

    def row_of(self, person):
        return self.env["passport.nir"].search([("partner_id", "=", person.id)])


@tagged("post_install", "-at_install", "passport")
class TestNirAtRest(NirCase):
    def test_neither_table_holds_the_digits(self):
        note = "Bonjour"
        self.zoe.message_post(body=note)
        for table in ("passport_nir", "res_partner", "mail_message", "mail_tracking_value"):
            with self.subTest(table=table):
                rows = self.sql(f"SELECT to_jsonb(t)::text FROM {table} t")
                self.assertFalse([row for (row,) in rows if NIR[:13] in row.replace(" ", "")])

    def test_no_column_of_a_contact_is_named_after_it(self):
        columns = self.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'"
        )
        self.assertNotIn(("nir",), columns)
        self.assertNotIn(("nir_entry",), columns)

    def test_typed_with_any_spaces_and_shown_grouped(self):
        for typed in (NIR, SHOWN, "1\u00a085\u202f04\t75 006 084 59", " 18504 75006 084 59 "):
            with self.subTest(typed=typed):
                self.zoe.nir = typed
                self.env.invalidate_all()
                self.assertEqual(self.nir_of(self.zoe), SHOWN)

    def test_envelope_of_another_person_does_not_open(self):
        zoe, theo = self.row_of(self.zoe).id, self.row_of(self.theo).id
        self.sql(
            """UPDATE passport_nir one SET envelope = other.envelope FROM passport_nir other
                WHERE one.id IN %s AND other.id IN %s AND one.id != other.id RETURNING one.id""",
            (zoe, theo),
            (zoe, theo),
        )
        self.env.invalidate_all()
        with mute_logger("odoo.addons.passeport_prevention.models.vault.passport_nir"):
            self.assertFalse(self.nir_of(self.zoe))
            self.assertFalse(self.nir_of(self.theo))

    def test_given_up_number_leaves_no_row(self):
        self.zoe.nir = False
        self.assertFalse(self.row_of(self.zoe))
        self.assertEqual(self.zoe.nir_state, "missing")

    def test_deleted_contact_takes_its_row_along(self):
        person_id = self.zoe.id
        self.zoe.unlink()
        self.assertFalse(self.sql("SELECT 1 FROM passport_nir WHERE partner_id = %s", person_id))

    def test_copy_starts_without(self):
        copy = self.zoe.copy()
        self.assertFalse(self.nir_of(copy))
        self.assertEqual(copy.nir_state, "missing")
        self.assertEqual(self.nir_of(self.zoe), SHOWN)

    def test_new_contact_says_missing(self):
        person = self.env["res.partner"].create({"name": "Inès"})
        self.assertEqual(person.nir_state, "missing")
        self.assertEqual(
            self.env["res.partner"].search([("id", "=", person.id), ("nir_state", "=", "missing")]),
            person,
        )

    def test_onchange_of_another_field_keeps_it(self):
        with Form(self.as_role(self.zoe, "declarant")) as form:
            form.birth_name = "LEFEBVRE"
        self.env.invalidate_all()
        self.assertEqual(self.nir_of(self.zoe), SHOWN)

    def test_refused_and_asked_again(self):
        with self.assertRaises(UserError):
            self.zoe.action_nir_refused()
        self.zoe.nir = False
        self.zoe.action_nir_refused()
        self.assertEqual(self.zoe.nir_state, "refused")
        self.zoe.action_nir_ask_again()
        self.assertEqual(self.zoe.nir_state, "missing")
        self.zoe.action_nir_refused()
        self.zoe.nir = NIR
        self.assertEqual(self.zoe.nir_state, "provided")


@tagged("post_install", "-at_install", "passport")
class TestNirSearch(NirCase):
    def assertRefused(self, function, *args, **kwargs):
        """Whatever way Odoo refuses it: no right to the field, or no such operation on it."""
        with suppress(UserError, ValueError, NotImplementedError):
            function(*args, **kwargs)
            self.fail(f"not refused: {args} {kwargs}")

    def test_exact_number_only(self):
        people = self.as_role(self.env["res.partner"], "declarant")
        for domain, found in [
            ([("nir", "=", NIR)], self.zoe),
            ([("nir", "=", SHOWN)], self.zoe),
            ([("nir", "=", NIR[:13])], self.zoe),  # the key adds nothing to the number
            ([("nir", "=", NIR[:12])], people),
        ]:
            with self.subTest(domain=domain):
                result = people.search([*domain, ("id", "in", (self.zoe | self.theo).ids)])
                self.assertEqual(set(result.ids), set(found.ids))

    def test_one_number_at_a_time(self):
        people = self.as_role(self.env["res.partner"], "declarant")
        with self.assertRaises(UserError):
            people.search([("nir", "in", [NIR, OTHER_NIR])])

    def test_with_and_without(self):
        people = self.as_role(self.env["res.partner"], "declarant")
        without = self.make_attendee("Inès", nir=False)
        everybody = [("id", "in", (self.zoe | self.theo | without).ids)]
        self.assertEqual(people.search([*everybody, ("nir", "=", False)]).ids, without.ids)
        with_nir = people.search([*everybody, ("nir", "!=", False)])
        self.assertEqual(set(with_nir.ids), set((self.zoe | self.theo).ids))
        self.assertNotIn(self.zoe.id, people.search([*everybody, ("nir", "!=", NIR)]).ids)

    def test_parts_of_a_number_cannot_be_searched(self):
        people = self.as_role(self.env["res.partner"], "declarant")
        for operator in ("like", "ilike", "=like", "=ilike", "<", ">", ">="):
            with self.subTest(operator=operator):
                self.assertRefused(people.search, [("nir", operator, NIR[:5])])

    def test_other_roles_cannot_search(self):
        """A search that answers yes or no tells the number to whoever tries enough values."""
        negated = [("nir", "not in", [NIR])]
        for role in OTHER_ROLES:
            for model, domain in [
                ("res.partner", [("nir", "=", NIR)]),
                ("res.partner", [("nir", "!=", NIR)]),
                ("res.partner", [("nir", "in", [NIR])]),
                ("res.partner", negated),
                ("res.partner", ["!", ("nir", "=", NIR)]),
                ("res.partner", [("nir", "ilike", NIR)]),
                ("res.partner", [("nir", "=", False)]),
                ("res.partner", [("child_ids.nir", "=", NIR)]),
                ("res.partner", [("child_ids", "any", [("nir", "=", NIR)])]),
                ("res.partner", [("nir_vault_ids", "!=", False)]),
                ("res.partner", [("nir_vault_ids.blind_index", "=", "x")]),
                ("res.partner", [("nir_masked", "=", "x")]),
                ("event.registration", [("attendee_partner_id.nir", "=", NIR)]),
                ("event.registration", [("attendee_partner_id", "any", [("nir", "=", NIR)])]),
                ("event.registration", [("partner_id.nir", "=", NIR)]),
            ]:
                with self.subTest(role=role, domain=domain), self.assertRaises(AccessError):
                    self.as_role(self.env[model], role).search(domain)

    def test_vault_fields_are_out_of_reach_of_everybody(self):
        for role in ("declarant", "manager"):
            for domain in (
                [("nir_vault_ids.blind_index", "=", "x")],
                [("nir_vault_ids.envelope", "like", "v1")],
            ):
                with self.subTest(role=role, domain=domain), self.assertRaises(AccessError):
                    self.as_role(self.env["res.partner"], role).search(domain)

    def test_nobody_groups_or_sorts_by_it(self):
        for role in (*OTHER_ROLES, "declarant"):
            people = self.as_role(self.env["res.partner"], role)
            with self.subTest(role=role):
                self.assertRefused(people._read_group, [], ["nir"], ["__count"])
                self.assertRefused(people._read_group, [], [], ["nir:array_agg"])
                self.assertRefused(people.search, [], order="nir")


@tagged("post_install", "-at_install", "passport")
class TestNirAccess(NirCase):
    def test_other_roles_cannot_read(self):
        may_export = self.env.ref("base.group_allow_export")
        for role in (*OTHER_ROLES, "portal"):
            self.users[role].group_ids |= may_export
            person = self.as_role(self.zoe, role)
            for fname in ("nir", "nir_masked", "nir_entry", "nir_vault_ids"):
                with self.subTest(role=role, fname=fname):
                    for read in (
                        lambda person, fname: person.read([fname]),
                        lambda person, fname: person.web_read({fname: {}}),
                        lambda person, fname: person.export_data([fname]),
                        lambda person, fname: person[fname],
                        lambda person, fname: person.mapped(fname),
                    ):
                        with self.assertRaises(AccessError):
                            read(person, fname)
                    self.assertNotIn(fname, person.fields_get())

    def test_other_roles_cannot_write(self):
        for role in OTHER_ROLES:
            for fname, value in (
                ("nir", NIR),
                ("nir_entry", NIR),
                ("nir_state", "provided"),
                ("nir_state_date", "2026-10-15 10:00:00"),
            ):
                with self.subTest(role=role, fname=fname):
                    for written in (value, False):
                        with self.assertRaises(AccessError):
                            self.as_role(self.zoe, role).write({fname: written})
                    with self.assertRaises(AccessError):
                        self.as_role(self.env["res.partner"], role).create(
                            {"name": "X", fname: value}
                        )

    def test_administrator_without_a_passport_role_creates_users(self):
        """Odoo passes the defaults of a user on to its contact, the state of the NIR included."""
        admin = self.make_user("admin", "base.group_system,base.group_partner_manager")
        companies = self.company.ids
        users = self.env["res.users"].with_user(admin)
        user = users.with_context(allowed_company_ids=companies).create(
            {
                "name": "New",
                "login": "new",
                "company_id": self.company.id,
                "company_ids": [Command.set(companies)],
            }
        )
        self.assertEqual(user.partner_id.nir_state, "missing")

    def test_what_was_typed_is_not_shown_again(self):
        registration = self.make_registration(attendee=self.zoe)
        specification = {"nir_entry": {}, "nir_state": {}}
        for record in (self.zoe, registration):
            with self.subTest(record=record):
                record = self.as_role(record, "declarant")
                (values,) = record.web_save({"nir_entry": OTHER_NIR}, specification)
                self.assertEqual(
                    values, {"id": record.id, "nir_entry": False, "nir_state": "provided"}
                )

    def test_declarants_and_managers_read_and_write(self):
        for role in ("declarant", "manager"):
            with self.subTest(role=role):
                person = self.as_role(self.zoe, role)
                self.assertEqual(person.nir, SHOWN)
                person.nir = OTHER_NIR
                self.assertEqual(person.nir.replace(" ", ""), OTHER_NIR)
                person.nir = NIR

    def test_everybody_inside_reads_the_state_and_nobody_writes_it(self):
        for role in (*OTHER_ROLES, "declarant", "manager"):
            with self.subTest(role=role):
                person = self.as_role(self.zoe, role)
                self.assertEqual(person.nir_state, "provided")
                with self.assertRaises(AccessError):
                    person.write({"nir_state": "refused"})
                with self.assertRaises(AccessError):
                    self.as_role(self.env["res.partner"], role).create(
                        {"name": "X", "nir_state": "provided"}
                    )

    def test_default_in_the_context_is_no_way_in(self):
        for role in ("user", "sales"):
            for fname, value in (("nir", NIR), ("nir_entry", NIR), ("nir_state", "provided")):
                with self.subTest(role=role, fname=fname):
                    people = self.as_role(self.env["res.partner"], role)
                    people = people.with_context(**{f"default_{fname}": value})
                    try:
                        person = people.create({"name": "X"}).sudo()
                    except AccessError:
                        continue
                    self.assertFalse(self.row_of(person))
                    self.assertNotEqual(person.nir_state, "provided")

    def test_other_roles_cannot_record_a_refusal(self):
        person = self.make_attendee("Inès", nir=False)
        for role in OTHER_ROLES:
            for action in ("action_nir_refused", "action_nir_ask_again"):
                with self.subTest(role=role, action=action), self.assertRaises(AccessError):
                    getattr(self.as_role(person, role), action)()
