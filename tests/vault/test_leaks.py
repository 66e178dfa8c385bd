import base64
import io
import json
import logging
import os
import re
import time
from contextlib import contextmanager, suppress
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import SQL, config

from ..common import NIR_KEYS, PassportCase, nir_with_key
from .test_nir_keys import VARIABLE, keys

# What all numbers of these tests begin with: nothing else in the database does.
PREFIX = "28506750880"
# What people and programs put between the parts of a number.
SPACES = " \t\r\n\u00a0\u202f.-/_"
COUNT = 50
LOGGERS = ("", "odoo", "odoo.sql_db", "odoo.http", "odoo.api", "odoo.service.model", "werkzeug")


def number(index):
    return nir_with_key(f"{PREFIX}{index:02d}")


def spaced(text):
    return f"{text[0]} {text[1:3]} {text[3:5]} {text[5:7]} {text[7:10]} {text[10:13]} {text[13:]}"


def encoded(data):
    """Yield how the base64 of a text that holds these bytes reads, wherever in it they stand."""
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + data).decode()
        # Without the characters that what stands before or behind has a part in.
        first = -(-offset * 4 // 3)
        last = (offset + len(data)) * 8 // 6
        yield text[first:last]


# How a number may be written: as it is, reversed, in UTF-16, in base64 of all these.
PLAIN = (PREFIX, PREFIX[::-1])
WIDE = tuple(
    text.encode(encoding).decode("latin-1")
    for text in PLAIN
    for encoding in ("utf-16-le", "utf-16-be")
)
PACKED = tuple(
    form
    for text in (*PLAIN, *(spaced(number(1))[:14],))
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    for form in encoded(text.encode(encoding))
)
FORMS = (*PLAIN, *WIDE, *PACKED)


class LeakCase(PassportCase):
    @contextmanager
    def debug_log(self):
        """Yield a stream that gets all that any logger says, SQL included."""
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        loggers = [logging.getLogger(name) for name in LOGGERS]
        levels = [logger.level for logger in loggers]
        loggers[0].addHandler(handler)
        try:
            for logger in loggers:
                logger.setLevel(logging.DEBUG)
            yield stream
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
            loggers[0].removeHandler(handler)

    def columns(self):
        """Return ``{table: [(column, type)]}`` of all that can hold text or bytes."""
        self.env.cr.execute(
            """
            SELECT tables.relname, columns.attname, columns.atttypid::regtype::text
              FROM pg_attribute columns
              JOIN pg_class tables ON tables.oid = columns.attrelid
             WHERE tables.relnamespace = current_schema::regnamespace AND tables.relkind = 'r'
               AND columns.attnum > 0 AND NOT columns.attisdropped
               AND columns.atttypid::regtype::text NOT IN (
                   'integer', 'boolean', 'date', 'double precision')
               AND columns.atttypid::regtype::text NOT LIKE 'timestamp%'
            """
        )
        tables = {}
        for table, column, data_type in self.env.cr.fetchall():
            tables.setdefault(table, []).append((column, data_type))
        return tables

    def leaks_in_database(self):
        self.env.flush_all()
        found = []
        for table, columns in self.columns().items():
            for column, data_type in columns:
                name = SQL.identifier(column)
                text = SQL("%s::text", name)
                if data_type == "bytea":
                    text = SQL("encode(%s, 'escape')", name)
                    for space in ("\\302\\240", "\\342\\200\\257", "\\000"):
                        text = SQL("replace(%s, %s, '')", text, space)
                self.env.cr.execute(
                    SQL(
                        "SELECT count(*) FROM %s WHERE translate(%s, %s, '') ~ %s OR %s ~ %s",
                        SQL.identifier(table),
                        text,
                        SPACES,
                        "|".join(PLAIN),
                        text,
                        "|".join(map(re.escape, PACKED)),
                    )
                )
                if (count := self.env.cr.fetchone()[0]) > 0:
                    found.append((table, column, count))
        return found

    def leaks_in_filestore(self):
        found = []
        for folder, _folders, names in os.walk(config.filestore(self.env.cr.dbname)):
            for name in names:
                with open(os.path.join(folder, name), "rb") as stream:
                    if self.leaks_in_bytes(stream.read()):
                        found.append(name)
        return found

    def leaks_in_attachments(self):
        attachments = self.env["ir.attachment"].sudo().with_context(active_test=False)
        found = attachments.search([("id", "!=", False), ("type", "=", "binary")])
        return [
            attachment.name for attachment in found if self.leaks_in_bytes(attachment.raw or b"")
        ]

    def leaks_in_bytes(self, content):
        return self.leaks_in(content.decode("utf-8", "ignore")) or self.leaks_in(
            content.decode("latin-1")
        )

    def leaks_in(self, text):
        """Return the beginning of the lines of a text that hold a number."""
        for escaped in ("\\xa0", "\\u00a0", "\\u202f"):  # as repr and JSON write them
            text = text.replace(escaped, "")
        spaces = dict.fromkeys(map(ord, SPACES))
        return [
            line[:120]
            for line in text.split("\n")
            for bare in [line.translate(spaces)]
            if any(form in bare for form in PLAIN) or any(form in line for form in FORMS)
        ]


@tagged("post_install", "-at_install", "passport")
class TestLeakScanner(LeakCase):
    """The scanner finds what is there: else the next tests prove nothing."""

    def packed(self):
        """Return a number in base64, at each place that tells, in UTF-16 too."""
        return [
            base64.b64encode(f"{before}{number(1)}".encode(encoding)).decode()
            for before in ("", "N", "N°")
            for encoding in ("utf-8", "utf-16-le")
        ]

    def test_finds_each_way_of_writing(self):
        for text in (
            number(1),
            spaced(number(1)).replace(" ", "."),
            number(1)[::-1],
            *self.packed(),
        ):
            self.assertTrue(self.leaks_in(f"{{'x': '{text}'}}"), text)
        self.assertTrue(self.leaks_in_bytes(number(1).encode("utf-16")))
        self.assertFalse(self.leaks_in("2850675 0881 2026-11-26"))

    def put_into_comment(self, text):
        self.env.cr.execute(
            'UPDATE "res_partner" SET comment = %s WHERE id = %s', [text, self.client.id]
        )

    def test_finds_what_is_there(self):
        self.assertEqual(self.leaks_in_database(), [])
        shown = spaced(number(1))
        texts = (number(1), shown, *(shown.replace(" ", mark) for mark in "\u202f.-"))
        for text in (*texts, number(1)[::-1], *self.packed()):
            with self.subTest(text=text), self.env.cr.savepoint() as savepoint:
                self.training.name = text
                # Past the ways in, which refuse or seal what holds a number.
                self.put_into_comment(text)
                self.env.cr.execute(
                    "INSERT INTO base_import_import (res_model, file) VALUES ('res.country', %s)",
                    (text.encode(),),
                )
                found = {(table, column) for table, column, _count in self.leaks_in_database()}
                self.assertLessEqual(
                    {
                        ("res_partner", "comment"),
                        ("product_template", "name"),  # a jsonb
                        ("base_import_import", "file"),  # a bytea
                    },
                    found,
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_finds_attachments_and_log_lines(self):
        attachment = self.env["ir.attachment"].create({"name": "x", "raw": number(1).encode()})
        self.assertEqual(self.leaks_in_attachments(), ["x"])
        self.assertTrue(self.leaks_in_filestore() or self.leaks_in_database())
        path = attachment.store_fname and attachment._full_path(attachment.store_fname)
        if path:  # a file is not rolled back
            os.unlink(path)
        with self.debug_log() as log:
            self.put_into_comment(spaced(number(2)))
        # Whatever writes the server's log scrubs it, queries too.
        self.assertIn('UPDATE "res_partner"', log.getvalue())
        self.assertFalse(self.leaks_in(log.getvalue()))
        self.assertTrue(self.leaks_in(f"UPDATE … SET comment = '{spaced(number(2))}'"))


@tagged("post_install", "-at_install", "passport")
class TestLeaks(HttpCase, LeakCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session_sst = cls.make_session()
        cls.free = iter(range(COUNT))

    def take(self, count):
        return [number(next(self.free)) for _ in range(count)]

    def people(self, role="declarant"):
        return self.as_role(self.env["res.partner"], role)

    def people_of(self, numbers):
        """Return who holds these numbers, each found by it."""
        people = self.people()
        found = people.browse(
            pid for text in numbers for pid in people.search([("nir", "=", text)]).ids
        )
        self.assertEqual(len(found), len(numbers))
        return found

    def rpc(self, model, method, *args, **kwargs):
        self.env.flush_all()
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}},
        )
        self.env.invalidate_all()
        return response.json()

    # ------------------------------------------------------------
    # The ways in
    # ------------------------------------------------------------

    def enter_in_forms(self):
        for text in self.take(4):
            with Form(self.people()) as form:
                self.type_name(form, "Formulaire")
                form.birth_name = "FORMULAIRE"
                form.nir_entry = spaced(text)
        for text in self.take(2):
            self.people().create({"name": "Créé", "birth_name": "CREE", "nir": text})
        self.people().search([("name", "=", "Créé")], limit=1).write({"nir": self.take(1)[0]})

    def enter_over_http(self):
        self.authenticate(
            "passport_declarant",
            "passport_declarant",
            session_extra={"identity-check-last": time.time()},
        )
        for text in self.take(3):
            values = {"name": "Réseau", "birth_name": "RESEAU", "nir_entry": spaced(text)}
            values["nir_entry"] = values["nir_entry"].replace(" ", "\u202f", 3)
            answer = self.rpc(
                "res.partner", "web_save", [], values, specification={"nir_masked": {}}
            )
            self.assertIn("result", answer)
        for typed in (text, spaced(text), spaced(text).replace(" ", "\u202f")):
            found = self.rpc("res.partner", "search_read", [["nir", "=", typed]], ["name"])
            self.assertEqual(len(found["result"]), 1)
        answer = self.rpc(
            "res.partner",
            "onchange",
            [],
            {"nir_entry": text[:-2] + "00"},
            ["nir_entry"],
            {"nir_entry": {}},
        )
        self.assertIn("warning", answer["result"])
        self.assertFalse(self.leaks_in(json.dumps(answer["result"]["warning"])))

    def enter_refused(self):
        """Errors: without the right, with a wrong value beside it, with unreadable keys."""
        (text,) = self.take(1)
        for role in ("user", "sales", "internal"):
            for fname in ("nir", "nir_entry"):
                with suppress(AccessError):
                    self.people(role).create({"name": "X", fname: text})
                with suppress(AccessError):
                    self.people(role).search([(fname, "=", text)])
        result = self.people().load(
            ["name", "lang", "nir"], [["Faux", "zz_ZZ", text], ["Faux", "", text[:9] + "X"]]
        )
        self.assertTrue(result["messages"])
        self.assertFalse(self.leaks_in(json.dumps(result["messages"], default=str)))
        with patch.dict(os.environ, {VARIABLE: "broken"}), self.assertRaises(UserError) as caught:
            self.people().create({"name": "X", "nir": text})
        self.assertFalse(self.leaks_in(str(caught.exception)))
        self.authenticate("passport_internal", "passport_internal")
        answer = self.rpc("res.partner", "write", [self.client.id], {"nir": text})
        self.assertFalse(self.leaks_in(json.dumps(answer)))

    def enter_by_import(self):
        rows = [["Importé", "IMPORTE", text] for text in self.take(10)]
        self.assertTrue(self.people().load(["name", "birth_name", "nir"], rows)["ids"])
        lines = [f"Fichier;FICHIER;{spaced(text)}" for text in self.take(10)]
        self.import_file("\n".join(["nom;naissance;numéro", *lines]))

    def import_file(self, text):
        columns = ["name", "birth_name", "nir"]
        wizard = self.as_role(self.env["base_import.import"], "declarant").create(
            {
                "res_model": "res.partner",
                "file": text.encode(),
                "file_name": "stagiaires.csv",
                "file_type": "text/csv",
            }
        )
        options = {"quoting": '"', "separator": ";", "has_headers": True, "encoding": "utf-8"}
        wizard.parse_preview(dict(options))
        tested = wizard.execute_import(columns, columns, dict(options), dryrun=True)
        self.assertFalse(tested["messages"])
        self.assertTrue(wizard.sudo().sealed_file)
        self.assertFalse(wizard.sudo().file)
        done = wizard.execute_import(columns, columns, dict(options))
        self.assertEqual(len(done["ids"]), 10)
        self.assertFalse(wizard.sudo().sealed_file)

    def enter_on_registrations(self):
        names = [f"Inscrit {number:02d}" for number in range(5)]
        attendees = self.make_attendees(names, nir=False)
        registrations = self.make_registrations(self.session_sst, attendees)
        for registration, text in zip(registrations, self.take(5), strict=True):
            self.as_role(registration, "declarant").nir_entry = text

    # ------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------

    def merge(self):
        one, other = self.take(2)
        kept, twin = self.people().create(
            [{"name": "Jumeau", "nir": text} for text in (one, one[:13])]
        )
        stranger = self.people().create({"name": "Autre", "nir": other})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.assertRaises(UserError) as caught:
            wizard._merge((kept | stranger).ids, kept.sudo())
        self.assertFalse(self.leaks_in(str(caught.exception)))
        wizard._merge((kept | twin).ids, kept.sudo())

    def declare_and_download(self):
        registrations = self.make_registrations(
            self.session_sst,
            self.people_of([number(index) for index in range(3)]).sudo(),
            without_employer=True,
        )
        deposit = self.make_deposit(registrations | self.session_sst.registration_ids)
        self.as_role(deposit, "declarant")._render_file()
        self.authenticate(
            "passport_declarant",
            "passport_declarant",
            session_extra={"identity-check-last": time.time()},
        )
        self.env.flush_all()
        response = self.url_open(f"/passeport_prevention/deposit/{deposit.id}/file")
        self.env.invalidate_all()
        self.assertIn(PREFIX, response.text)
        self.assertFalse(self.leaks_in(f"{response.url} {response.headers}"))
        note = "Déposé"
        deposit.message_post(body=note)
        deposit.action_mark_deposited()
        line = deposit.line_ids[0]
        line._reject("NIR inconnu")
        (deposit.line_ids - line).action_accept()
        return deposit

    def refuse(self):
        person = self.people().create({"name": "Refus", "birth_name": "REFUS"})
        person.nir_entry = self.take(1)[0]
        with self.assertRaises(UserError):
            person.action_nir_refused()
        person._erase_nir()
        dialog = self.env["passport.nir.refuse"].with_env(person.env)
        proof = base64.b64encode(b"Je refuse.")
        dialog.create({"partner_id": person.id, "proof": proof}).action_confirm()

    def reveal(self):
        person = self.people_of([number(0)])
        self.assertIn(PREFIX, person.nir.replace(" ", ""))
        dialog = self.as_role(self.env["passport.nir.reveal"], "declarant")
        dialog.create({"partner_id": person.id}).read(["nir"])

    def purge_and_rotate(self):
        with patch.dict(os.environ, {VARIABLE: keys("new", "test")}):
            with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_, **__: 60):
                self.env["passport.nir.keys"]._rotate(batch=7)
                rows = self.env["passport.nir"].search([], limit=9)
                rows.sudo().collected_on = "2020-01-01 10:00:00"
                self.env["passport.nir.purge"]._run(batch=4)
            self.people_of([number(1)]).action_open_nir_erase()
            self.env.flush_all()
            self.env.invalidate_all()
            with patch.dict(os.environ, {VARIABLE: NIR_KEYS}):
                self.people().search([], limit=20).read(["nir", "nir_masked", "nir_warning"])
            self.env.invalidate_all()

    def test_none_anywhere(self):
        with self.debug_log() as log:
            self.enter_in_forms()
            self.enter_over_http()
            self.enter_refused()
            self.enter_by_import()
            self.enter_on_registrations()
            self.merge()
            deposit = self.declare_and_download()
            self.refuse()
            self.reveal()
            self.purge_and_rotate()
            rest = [number(index) for index in self.free]
            people = self.people().create([{"name": "Reste", "nir": text} for text in rest])
            people[0].sudo().unlink()
            people[1].active = False
            self.assertTrue(people[2].copy())
            with suppress(UserError):
                self.as_role(deposit, "declarant")._render_file()
            self.env.flush_all()
        self.assertEqual(self.leaks_in_database(), [])
        self.assertEqual(self.leaks_in_filestore(), [])
        self.assertEqual(self.leaks_in_attachments(), [])
        self.assertGreater(len(log.getvalue()), 100_000)
        self.assertIn("INSERT INTO", log.getvalue())
        leaks = self.leaks_in(log.getvalue())
        self.assertEqual(leaks, [])
