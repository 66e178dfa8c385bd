import io
from datetime import datetime
from functools import partial
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...models.declaration import passport_control_sheet
from ..common import SIRET_CLIENT, PassportCase


def table_of(content):
    """Return the header of a control sheet and its rows as dictionaries."""
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].values)
    return rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def sheet_of(records):
    """Return the control sheet of declarations or deposits, as bytes."""
    return records.env["passport.control.sheet"]._file(records)[1]


class ControlSheetCase(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe, cls.theo = cls.make_attendees(["Zoé Lefèvre", "Théo Riou"])
        cls.held = cls.make_session()
        cls.registrations = cls.make_registrations(cls.held, cls.zoe | cls.theo)

    def nirs_of(self, *people):
        """Return the digits of NIRs, with and without their keys: none may show anywhere."""
        texts = [self.nir_of(person).replace(" ", "") for person in people]
        return [*texts, *(text[:13] for text in texts)]


@tagged("post_install", "-at_install", "passport")
class TestControlSheet(ControlSheetCase):
    def test_content(self):
        self.registrations[0].employer_reference = "Matricule 42"
        deposit = self.make_deposit(self.registrations, role="user")
        header, (lefevre, riou) = table_of(sheet_of(deposit))
        self.assertEqual(len(set(header)), len(header))
        expected = {
            "Deposit": deposit.name,
            "Session": "SST de septembre",
            "Start": datetime(2026, 9, 9),
            "End": datetime(2026, 9, 10),
            "Certifying": "No",
            "Attendee": "Zoé Lefèvre",
            "Birth Name": "LEFÈVRE",
            "NIR Status": "Provided",
            "Has Employer": "Yes",
            "Employer": "Menuiserie Bréhat",
            "SIRET": SIRET_CLIENT,
            "Employer's Reference": "Matricule 42",
            "Valid From": datetime(2026, 9, 10),
            "Valid Until": datetime(2028, 9, 9),
            "State": "In a Deposit",
            "Unique Identifier": deposit.line_ids.filtered(
                lambda line: line.partner_id == self.zoe
            ).unique_id,
            "ROME Competences": "/".join(self.training.rome_code_ids.mapped("code")),
            "What to Fix": None,
        }
        self.assertEqual({key: lefevre.get(key, "absent") for key in expected}, expected)
        self.assertEqual(riou["Attendee"], "Théo Riou")
        self.assertNotIn("Kind of Certificate", header)

    def test_declaration_and_deposit_give_the_same_sheet(self):
        deposit = self.make_deposit(self.registrations, role="user")
        self.assertEqual(table_of(sheet_of(deposit)), table_of(sheet_of(deposit.declaration_ids)))

    def test_some_lines_at_a_time_are_one_sheet(self):
        names = [f"{letter}tienne Kerjean" for letter in "ZÉEAB"]
        others = self.make_registrations(self.make_session(), self.make_attendees(names))
        declarations = self.declare(self.registrations, role="user")
        declarations |= self.declare(others, role="user")
        whole = table_of(sheet_of(declarations))
        lines = declarations.line_ids.sudo()
        in_order = lines.sorted(lambda line: (line.declaration_id.id, line.birth_name, line.id))
        with patch.object(passport_control_sheet, "BATCH", 2):
            parts = table_of(sheet_of(declarations))
        self.assertEqual(parts, whole)
        told = [row["Unique Identifier"] for row in whole[1]]
        self.assertEqual(told, in_order.mapped("unique_id"))

    def test_several_declarations_in_one_sheet(self):
        other = self.make_registration(self.make_session(), self.make_attendee("Ana Kerjean"))
        declarations = self.declare(self.registrations, role="user")
        declarations |= self.declare(other, role="user")
        rows = table_of(sheet_of(declarations))[1]
        self.assertEqual(
            [row["Attendee"] for row in rows], ["Zoé Lefèvre", "Théo Riou", "Ana Kerjean"]
        )

    def test_certificates_have_their_columns(self):
        self.training.write(
            {"passport_document": "jdr", "jdr_type": "CERTIFICAT", "jdr_name": "Certificat SST"}
        )
        self.registrations[0].write({"outcome": "passed", "jdr_mention": "Bien"})
        declaration = self.declare(self.registrations[0], role="user")
        row = table_of(sheet_of(declaration))[1][0]
        self.assertEqual(
            (row["Kind of Certificate"], row["Name of the Certificate"], row["Distinction"]),
            (
                dict(declaration._fields["jdr_type"].selection)["CERTIFICAT"],
                "Certificat SST",
                "Bien",
            ),
        )

    def test_what_to_fix_is_told_before_the_deposit(self):
        declaration = self.declare(self.registrations, role="user")
        self.theo.birth_name = False
        rows = table_of(sheet_of(declaration))[1]
        fixes = {row["Attendee"]: row["What to Fix"] for row in rows}
        self.assertEqual(fixes["Zoé Lefèvre"], None)
        self.assertIn("Théo Riou", fixes["Théo Riou"])

    def test_answer_is_told_after_the_deposit(self):
        deposit = self.make_deposit(self.registrations, role="declarant")
        self.file_of(deposit)
        deposit.action_mark_deposited()
        deposit.line_ids.filtered(lambda line: line.partner_id == self.zoe)._reject("NIR inconnu")
        row = table_of(sheet_of(deposit))[1][0]
        self.assertEqual(
            (row["State"], row["Reason of the Rejection"]), ("Rejected", "NIR inconnu")
        )
        # The user's time, not the server's.
        self.assertEqual(row["Answer Recorded On"], datetime(2026, 10, 15, 12, 0))

    def test_no_nir_whoever_downloads(self):
        deposit = self.make_deposit(self.registrations)
        for role in ("user", "declarant", "manager"):
            content = sheet_of(self.as_role(deposit, role))
            texts = [str(value) for row in table_of(content)[1] for value in row.values()]
            for number in self.nirs_of(self.zoe, self.theo):
                with self.subTest(role=role):
                    self.assertFalse([text for text in texts if number in text])

    def test_values_that_look_like_formulas_stay_texts(self):
        self.zoe.write({"name": "=HYPERLINK(A1)", "birth_name": "@LEFÈVRE"})
        self.held.name = "+33 2 98"
        declaration = self.declare(self.registrations[0], role="user")
        row = table_of(sheet_of(declaration))[1][0]
        self.assertEqual(
            (row["Attendee"], row["Birth Name"], row["Session"]),
            ("=HYPERLINK(A1)", "@LEFÈVRE", "+33 2 98"),
        )

    def test_others_are_refused(self):
        deposit = self.make_deposit(self.registrations)
        for role in ("sales", "event", "internal", "portal"):
            for record in (deposit, deposit.declaration_ids):
                for ask in (sheet_of, lambda seen: seen.action_control_sheet()):
                    seen = self.as_role(record, role)
                    with self.subTest(role=role, record=record), self.assertRaises(AccessError):
                        ask(seen)

    def test_other_company_is_refused(self):
        session = self.make_session(company_id=self.other_company.id)
        registration = self.make_registration(session, self.make_attendee("Ana Kerjean"))
        deposit = self.make_deposit(registration, company_id=self.other_company.id)
        for record in (deposit, deposit.declaration_ids):
            with self.assertRaises(AccessError):
                sheet_of(self.as_role(record, "manager"))

    def test_a_sheet_that_its_address_cannot_name_is_refused(self):
        with self.assertRaises(UserError):
            self.env["passport.deposit"].browse(range(1, 502)).action_control_sheet()

    def test_constant_queries(self):
        small = self.make_deposit(self.make_ready(3))
        big = self.make_deposit(self.make_ready(30))
        sheet_of(self.as_role(small, "user"))
        counts = [
            self.queries_of(partial(sheet_of, self.as_role(deposit, "user")))
            for deposit in (small, big)
        ]
        self.assertEqual(*counts)


@tagged("post_install", "-at_install", "passport")
class TestControlSheetDownload(HttpCase, ControlSheetCase):
    def get(self, role, address):
        self.authenticate(role and self.users[role].login, role and self.users[role].login)
        self.env.flush_all()
        return self.url_open(
            f"/passeport_prevention/control_sheet/{address}", allow_redirects=False
        )

    def test_user_downloads_what_the_button_names(self):
        deposit = self.make_deposit(self.registrations, role="user")
        for record in (deposit, deposit.declaration_ids):
            action = record.action_control_sheet()
            response = self.get("user", action["url"].partition("control_sheet/")[2])
            with self.subTest(record=record._name):
                self.assertEqual(response.status_code, 200)
                self.assertEqual(len(table_of(response.content)[1]), 2)
                self.assertIn("no-store", response.headers["Cache-Control"])
                self.assertIn(record.name, response.headers["Content-Disposition"])

    @mute_logger("odoo.http")
    def test_refused(self):
        deposit = self.make_deposit(self.registrations)
        mine = f"deposit/{deposit.id}"
        for role, address, statuses in [
            *((role, mine, (403, 404)) for role in ("internal", "sales", "event", "portal")),
            (None, mine, (302, 303)),
            ("user", "deposit/0", (404,)),
            ("user", "deposit/1,x", (404,)),
            ("user", "deposit/٣", (404,)),
            ("user", f"deposit/{'9' * 4500}", (404,)),
            # No route at all: a website looks in another language first, and finds nothing either.
            ("user", f"res.partner/{self.zoe.id}", (303, 404)),
        ]:
            with self.subTest(role=role, address=address):
                response = self.get(role, address)
                self.assertIn(response.status_code, statuses)
                self.assertFalse(response.content.startswith(b"PK"))

    @mute_logger("odoo.http")
    def test_one_deposit_of_another_company_refuses_the_whole(self):
        session = self.make_session(company_id=self.other_company.id)
        registration = self.make_registration(session, self.make_attendee("Ana Kerjean"))
        other = self.make_deposit(registration, company_id=self.other_company.id)
        mine = self.make_deposit(self.registrations)
        response = self.get("manager", f"deposit/{mine.id},{other.id}")
        self.assertIn(response.status_code, (403, 404))
        self.assertFalse(response.content.startswith(b"PK"))
