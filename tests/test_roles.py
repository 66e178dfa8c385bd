import time
from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import PassportCase

# Model: role: what it may do, of Create, Read, Write and Unlink; roles not named may nothing.
# The users are in one group only, with what it implies.
RIGHTS = {
    "training.code": {
        **dict.fromkeys(("user", "sales", "event", "internal"), "r"),
        "declarant": "crw",
        "manager": "crwu",
    },
    "training.family": {
        **dict.fromkeys(("user", "sales", "event", "internal"), "r"),
        "declarant": "crw",
        "manager": "crwu",
    },
    "training.code.source": {"declarant": "r", "manager": "crwu"},
    "training.code.import": dict.fromkeys(("declarant", "manager"), "crwu"),
    "training.code.import.line": dict.fromkeys(("declarant", "manager"), "crwu"),
    "passport.issue": dict.fromkeys(
        ("user", "declarant", "manager", "sales", "event", "internal"), "r"
    ),
    "passport.deadline.rule": {
        **dict.fromkeys(("user", "declarant", "sales", "event", "internal"), "r"),
        "manager": "crwu",
    },
    "passport.law.rule": {
        **dict.fromkeys(("user", "declarant", "sales", "event", "internal"), "r"),
        "manager": "crwu",
    },
    "passport.eligibility": dict.fromkeys(("user", "declarant", "manager", "sales"), "crwu"),
    "passport.mend": dict.fromkeys(("user", "declarant", "manager", "sales", "event"), "crwu"),
    "passport.mend.line": dict.fromkeys(("user", "declarant", "manager", "sales", "event"), "crwu"),
    "passport.job": dict.fromkeys(
        ("user", "declarant", "manager", "sales", "event", "internal"), "r"
    ),
    "passport.catch.up": dict.fromkeys(("declarant", "manager"), "r"),
    "passport.nir": {"manager": "ru"},
    "passport.nir.seal": {},
    "passport.line.withdraw": dict.fromkeys(("user", "declarant", "manager"), "crwu"),
    "passport.declaration": dict.fromkeys(("user", "declarant", "manager"), "rw"),
    "passport.declaration.line": dict.fromkeys(("user", "declarant", "manager"), "r"),
    "passport.deposit": dict.fromkeys(("user", "declarant", "manager"), "crwu"),
    "passport.declare": dict.fromkeys(("user", "declarant", "manager"), "crwu"),
    # Odoo's own rights: its sales people register attendees.
    "event.registration": dict.fromkeys(("user", "declarant", "manager", "sales", "event"), "crw"),
    "product.template": {
        **dict.fromkeys(("user", "event", "internal", "sales"), "r"),
        **dict.fromkeys(("declarant", "manager"), "crw"),
    },
}
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
DEPOSIT_TECHNICAL = {
    "name": "X",
    "state": "generated",
    "file_name": "x.csv",
    "file_sha256": "0",
    "file_size": 1,
    "file_line_count": 1,
    "file_line_end": "lf",
    "file_bom": True,
    "generated_on": "2026-10-15 10:00:00",
    "generated_by_id": 1,
    "deposited_on": "2026-10-15 10:00:00",
    "deposited_by_id": 1,
}


class RolesCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registration = cls.make_registration()

    def setUp(self):
        super().setUp()
        self.deposit = self.make_deposit(self.registration)
        self.declaration = self.deposit.declaration_ids


@tagged("post_install", "-at_install", "passport")
class TestRoles(RolesCase):
    def records(self):
        return {
            "training.code": self.codes("rome"),
            "training.family": self.env.ref("passeport_prevention.training_family_sst"),
            "training.code.source": self.env.ref("passeport_prevention.training_code_source_rs"),
            "training.code.import": self.env["training.code.import"],
            "training.code.import.line": self.env["training.code.import.line"],
            "passport.issue": self.env["passport.issue"].search([], limit=1),
            "passport.deadline.rule": self.env["passport.deadline.rule"].search([], limit=1),
            "passport.law.rule": self.env["passport.law.rule"].search([], limit=1),
            "passport.eligibility": self.env["passport.eligibility"],
            "passport.nir": self.env["passport.nir"].search([], limit=1),
            "passport.nir.seal": self.env["passport.nir.seal"],
            "passport.line.withdraw": self.env["passport.line.withdraw"],
            "passport.declaration": self.declaration,
            "passport.declaration.line": self.declaration.line_ids,
            "passport.deposit": self.deposit,
            "passport.declare": self.env["passport.declare"],
            "event.registration": self.registration,
            "product.template": self.training,
        }

    def test_rights(self):
        for model, record in self.records().items():
            rights = {}
            for role in self.users:
                seen = self.as_role(record, role)
                letters = [letter for letter, name in OPERATIONS.items() if seen.has_access(name)]
                rights[role] = "".join(letters)
            with self.subTest(model=model):
                self.assertEqual(rights, {**dict.fromkeys(self.users, ""), **RIGHTS[model]})

    def test_access_by_hand_agrees(self):
        """What the rights say, tried: reads as a web client does."""
        for model, record in self.records().items():
            for role in self.users:
                if "r" in RIGHTS[model].get(role, "") or role == "portal" or not record:
                    continue
                with self.subTest(model=model, role=role), self.assertRaises(AccessError):
                    self.as_role(record, role).read(["display_name"])

    def test_nobody_writes_the_vault(self):
        row = self.env["passport.nir"].search([], limit=1)
        for role in self.users:
            with self.subTest(role=role):
                seen = self.as_role(row, role)
                with self.assertRaises(AccessError):
                    seen.write({"key_id": "x"})
                with self.assertRaises(AccessError):
                    seen.create(
                        {
                            "partner_id": self.client.id,
                            "key_id": "x",
                            "envelope": "x",
                            "blind_index": "x",
                        }
                    )
                if role != "manager":
                    with self.assertRaises(AccessError):
                        seen.unlink()

    def test_manager_lists_the_vault_without_its_secrets(self):
        row = self.as_role(self.env["passport.nir"], "manager").search([], limit=1)
        self.assertEqual(row.partner_id.id, self.registration.attendee_partner_id.id)
        self.assertTrue(row.read(["partner_id", "key_id", "collected_on", "collected_by_id"]))
        self.assertFalse({"envelope", "blind_index", "check_codes"} & set(row.read()[0]))
        for fname in ("envelope", "blind_index", "check_codes"):
            with self.subTest(fname=fname):
                with self.assertRaises(AccessError):
                    row.read([fname])
                with self.assertRaises(AccessError):
                    row.search([(fname, "like", "v")])
                with self.assertRaises(AccessError):
                    row._read_group([], [fname])

    def test_vault_of_another_company_does_not_show(self):
        person = self.make_attendee("Autre", company_id=self.other_company.id, parent_id=False)
        row = self.env["passport.nir"].search([("partner_id", "=", person.id)])
        self.assertFalse(self.as_role(row, "manager").search([("id", "=", row.id)]))

    def test_file_is_for_declarants(self):
        for role, allowed in [
            ("user", False),
            ("declarant", True),
            ("manager", True),
            ("internal", False),
            ("event", False),
        ]:
            for action in ("_render_file", "action_download"):
                with self.subTest(role=role, action=action), self.env.cr.savepoint() as savepoint:
                    call = getattr(self.as_role(self.deposit, role), action)
                    if allowed:
                        self.assertTrue(call())
                    else:
                        with self.assertRaises(AccessError):
                            call()
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_whole_way_of_a_user(self):
        """All but the file: prepare, put into a deposit, follow."""
        self.deposit.action_cancel()
        wizard = self.make_wizard(self.registration.event_id, role="user")
        deposit = wizard.action_prepare()._create_deposit()
        self.as_role(deposit, "declarant")._render_file()
        deposit = self.as_role(deposit, "user")
        deposit.action_mark_deposited()
        deposit.action_accept()
        self.assertEqual(deposit.state, "done")

    def test_others_cannot_prepare_or_follow(self):
        for role in ("internal", "event", "sales"):
            for record, action in [
                (self.declaration, "action_cancel"),
                (self.declaration, "action_update_values"),
                (self.declaration.line_ids, "action_accept"),
                (self.deposit, "action_cancel"),
                (self.deposit, "action_mark_deposited"),
            ]:
                with self.subTest(role=role, action=action), self.assertRaises(AccessError):
                    getattr(self.as_role(record, role), action)()
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.make_wizard(role=role)

    def test_technical_values_of_deposits_are_the_addon_s(self):
        for fname, value in DEPOSIT_TECHNICAL.items():
            with self.subTest(fname=fname):
                deposit = self.as_role(self.deposit, "manager")
                with self.assertRaises(AccessError):
                    deposit.write({fname: value})
                with self.assertRaises(AccessError):
                    deposit.create({fname: value})

    def test_defaults_in_the_context_are_no_way_around(self):
        for fname in ("state", "file_sha256", "file_name"):
            deposits = self.as_role(self.env["passport.deposit"], "user")
            deposits = deposits.with_context(**{f"default_{fname}": DEPOSIT_TECHNICAL[fname]})
            with self.subTest(fname=fname):
                try:
                    deposit = deposits.create({})
                except AccessError:
                    continue
                self.assertEqual(
                    (deposit.state, deposit.file_sha256, deposit.file_name), ("draft", False, False)
                )

    def test_frozen_values_of_lines_are_the_addon_s(self):
        for role in ("user", "declarant", "manager"):
            line = self.as_role(self.declaration.line_ids, role)
            for values in ({"state": "accepted"}, {"birth_name": "X"}, {"unique_id": "X"}):
                with self.subTest(role=role, values=values):
                    with self.assertRaises(AccessError):
                        line.write(values)
                    with self.assertRaises(AccessError):
                        line.declaration_id.write({"line_ids": [Command.update(line.id, values)]})
                    with self.assertRaises(AccessError):
                        line.deposit_id.write({"line_ids": [Command.update(line.id, values)]})

    def test_lines_cannot_be_deleted_through_their_deposit(self):
        deposit = self.as_role(self.deposit, "manager")
        for command in (Command.clear(), Command.delete(deposit.line_ids.id), Command.set([])):
            with self.subTest(command=command), self.env.cr.savepoint() as savepoint:
                with suppress(AccessError, UserError):
                    deposit.write({"line_ids": [command]})
                self.assertEqual(
                    self.declaration.sudo().line_ids.registration_id, self.registration
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_settings_are_the_manager_s(self):
        for role in self.users.keys() - {"portal"}:
            with self.subTest(role=role):
                menu = self.env.ref("passeport_prevention.passport_menu_settings")
                visible = self.env["ir.ui.menu"].with_user(self.users[role])._visible_menu_ids()
                self.assertEqual(menu.id in visible, role == "manager")


@tagged("post_install", "-at_install", "passport")
class TestDownload(HttpCase, RolesCase):
    def get(self, role, deposit=None):
        if role:
            login = self.users[role].login
            self.authenticate(login, login, session_extra={"identity-check-last": time.time()})
        else:
            self.authenticate(None, None)
        self.env.flush_all()
        url = f"/passeport_prevention/deposit/{(deposit or self.deposit).id}/file"
        return self.url_open(url, allow_redirects=False)

    def test_declarant_gets_the_file_and_nobody_keeps_it(self):
        self.as_role(self.deposit, "declarant")._render_file()
        response = self.get("declarant")
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self.deposit.state, "generated")
        self.assertEqual(response.content, self.as_role(self.deposit, "declarant")._render_file())
        self.assertEqual(len(response.content), self.deposit.file_size)
        self.assertEqual(response.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        disposition = response.headers["Content-Disposition"]
        self.assertTrue(disposition.startswith("attachment"))
        self.assertIn(self.deposit.file_name, disposition)

    @mute_logger("odoo.http")
    def test_others_are_refused(self):
        self.as_role(self.deposit, "declarant")._render_file()
        for role in ("user", "internal", "sales", "portal"):
            with self.subTest(role=role):
                response = self.get(role)
                self.assertIn(response.status_code, (403, 404))
                self.assertNotIn(b"ID_DECLARATION", response.content)

    @mute_logger("odoo.http")
    def test_other_company_s_file_is_refused(self):
        session = self.make_session(company_id=self.other_company.id)
        registration = self.make_registration(session, self.make_attendee("Théo"))
        deposit = self.make_deposit(registration, company_id=self.other_company.id)
        self.file_of(deposit)
        self.users["declarant"].company_ids = self.company
        response = self.get("declarant", deposit)
        self.assertIn(response.status_code, (403, 404))
        self.assertNotIn(b"ID_DECLARATION", response.content)

    def test_visitor_has_to_log_in(self):
        response = self.get(None)
        self.assertIn(response.status_code, (302, 303))
        self.assertIn("/web/login", response.headers["Location"])

    @mute_logger("odoo.http")
    def test_file_that_breaks_a_rule_is_not_sent(self):
        self.registration.attendee_partner_id.birth_name = False
        response = self.get("declarant")
        self.assertGreaterEqual(response.status_code, 400)
        self.assertNotIn(b"ID_DECLARATION", response.content)
