import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import SIRET_CLIENT, PassportCase


class EntryCase(PassportCase):
    """A declaration of two attendees for the authority's web form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe, cls.theo = cls.make_attendees(["Zoé Lefèvre", "Théo Riou"])
        cls.held = cls.make_session(training_modality="PRESENTIEL")
        cls.registrations = cls.make_registrations(cls.held, cls.zoe | cls.theo)
        cls.users["colleague"] = cls.make_user(
            "colleague", "passeport_prevention.group_passport_declarant"
        )

    def setUp(self):
        super().setUp()
        self.declaration = self.declare(self.registrations, role="declarant", channel="form")

    def line_of(self, person, role="declarant"):
        lines = self.declaration.sudo().line_ids
        return self.as_role(lines.filtered(lambda line: line.partner_id == person), role)

    def sheet(self, role="declarant"):
        return self.as_role(self.declaration, role).entry_sheet()

    def attendee(self, person, sheet=None):
        line = self.line_of(person)
        attendees = (sheet or self.sheet())["attendees"]
        return next(attendee for attendee in attendees if attendee["id"] == line.id)

    def tick(self, person, role="declarant"):
        version = self.attendee(person)["version"]
        return self.line_of(person, role).entry_tick(version)

    def problems(self):
        return [problem["message"] for problem in self.sheet()["problems"]]


def shown(fields):
    """Return ``{column: texts}`` of the fields of one block, in order."""
    return {field["column"]: [value["text"] for value in field["values"]] for field in fields}


@tagged("post_install", "-at_install", "passport")
class TestEntrySheet(EntryCase):
    def test_values_in_the_order_of_the_portal(self):
        sheet = self.sheet()
        training = self.training
        self.assertEqual(
            list(shown(sheet["training"]).items()),
            [
                ("ID_DECLARATION", [self.declaration.name]),
                ("REFERENCE_DECLARATION", [self.declaration.reference]),
                ("NOM_FORMATION", ["Sauveteur secouriste du travail"]),
                ("DATE_DEBUT_FORMATION", ["09/09/2026"]),
                ("DATE_FIN_FORMATION", ["10/09/2026"]),
                ("MODALITE_DISPENSE", ["PRESENTIEL"]),
                ("COMPETENCE_TRANSFERABLE", training.rome_code_ids.mapped("code")),
                ("QUALIFICATION_FORMATEUR", []),
                ("FORMATION_CERTIFIANTE", ["NON"]),
                ("CERTIFICATION_VISEE", []),
                ("DOMAINE_FORMATION", training.formacode_ids.mapped("code")),
                ("SPECIALITE_FORMATION", training.nsf_code_ids.mapped("code")),
            ],
        )
        self.assertEqual(
            list(shown(self.attendee(self.zoe, sheet)["fields"]).items()),
            [
                ("ID_UNIQUE_PARTENAIRE", [self.line_of(self.zoe).unique_id]),
                ("NIR", []),
                ("NOM_TITULAIRE", ["LEFÈVRE"]),
                ("PRESENCE_EMPLOYEUR", ["OUI"]),
                ("SIRET_EMPLOYEUR", [SIRET_CLIENT]),
                ("REFERENCE_EMPLOYEUR", []),
                ("DATE_DEBUT_VALIDITE", ["10/09/2026"]),
                ("DATE_FIN_VALIDITE", ["09/09/2028"]),
            ],
        )

    def test_codes_and_choices_say_what_they_mean(self):
        fields = {field["column"]: field["values"] for field in self.sheet()["training"]}
        self.assertEqual(
            [value["label"] for value in fields["COMPETENCE_TRANSFERABLE"]],
            self.training.rome_code_ids.mapped("name"),
        )
        self.assertTrue(fields["MODALITE_DISPENSE"][0]["label"])

    def test_archived_codes_still_say_what_they_mean(self):
        self.as_role(self.declaration, "declarant").action_mark_deposited()
        code = self.training.formacode_ids
        code.active = False
        fields = {field["column"]: field["values"] for field in self.sheet()["training"]}
        self.assertEqual(fields["DOMAINE_FORMATION"], [{"text": code.code, "label": code.name}])

    def test_every_column_has_a_label_and_only_the_nir_is_secret(self):
        self.training.write(
            {"passport_document": "jdr", "jdr_type": "CERTIFICAT", "jdr_name": "Certificat SST"}
        )
        registration = self.make_registration(
            self.make_session(), self.make_attendee("Ana Kerjean"), outcome="passed"
        )
        jdr = self.declare(registration, role="declarant", channel="form")
        self.assertEqual(jdr.document, "jdr")
        sheet = self.as_role(jdr, "declarant").entry_sheet()
        fields = [*sheet["training"], *sheet["attendees"][0]["fields"]]
        self.assertEqual(len(fields), 29)
        self.assertTrue(all(field["label"] for field in fields))
        secrets = [field["column"] for field in fields if field["is_secret"]]
        self.assertEqual(secrets, ["NIR"])
        self.assertEqual(shown(fields)["TYPE_JDR"], ["CERTIFICAT"])

    def test_sheet_holds_no_nir(self):
        for person in (self.zoe, self.theo):
            self.assertNotIn(self.nir_of(person).replace(" ", "")[:13], str(self.sheet()))

    def test_for_declarants_who_see_the_declaration(self):
        for role in ("user", "sales", "event", "internal", "portal"):
            declaration = self.as_role(self.declaration, role)
            for method in ("action_open_entry", "entry_sheet", "action_entry_deposit"):
                with self.subTest(role=role, method=method), self.assertRaises(AccessError):
                    getattr(declaration, method)()
            line = self.line_of(self.zoe, role)
            for method, args in (("entry_tick", ["x"]), ("entry_untick", [])):
                with self.subTest(role=role, method=method), self.assertRaises(AccessError):
                    getattr(line, method)(*args)
        self.assertFalse(self.line_of(self.zoe).typed_on)

    def test_not_for_another_company(self):
        session = self.make_session(company_id=self.other_company.id)
        registration = self.make_registration(session, self.make_attendee("Ana Kerjean"))
        declaration = self.declare(registration, company_id=self.other_company.id, channel="form")
        with self.assertRaises(AccessError):
            self.as_role(declaration, "manager").entry_sheet()
        with self.assertRaises(AccessError):
            self.as_role(declaration.line_ids, "manager").entry_tick("x")

    def test_not_for_an_import_file(self):
        registration = self.make_registration(
            self.make_session(), self.make_attendee("Ana Kerjean")
        )
        declaration = self.declare(registration, role="declarant")
        for method in ("action_open_entry", "entry_sheet"):
            with self.assertRaises(UserError):
                getattr(declaration, method)()

    def test_button_opens_the_client_action_on_the_declaration(self):
        action = self.declaration.action_open_entry()
        self.assertEqual(
            (action["type"], action["tag"], action["context"]["active_id"]),
            ("ir.actions.client", "passeport_prevention.entry", self.declaration.id),
        )

    def test_constant_queries(self):
        counts = []
        for size in (3, 30):
            declaration = self.declare(self.make_ready(size), role="declarant", channel="form")
            self.as_role(declaration, "declarant").entry_sheet()
            record = self.as_role(declaration, "declarant")
            counts.append(self.queries_of(record.entry_sheet))
        self.assertEqual(*counts)


@tagged("post_install", "-at_install", "passport")
class TestEntryBlocked(EntryCase):
    def assertBlocked(self, *words):
        sheet = self.sheet()
        self.assertTrue(sheet["problems"])
        # Nothing to type is given, nothing can be ticked off.
        self.assertEqual(sheet["training"], [])
        self.assertFalse(any(attendee["fields"] for attendee in sheet["attendees"]))
        with self.assertRaises(UserError) as caught:
            self.tick(self.zoe)
        for word in words:
            self.assertIn(word, sheet["problems"][0]["message"])
            self.assertIn(word, str(caught.exception))
        self.assertFalse(self.line_of(self.zoe).typed_on)

    def test_attendee_who_can_no_longer_be_declared(self):
        self.theo.birth_name = False
        self.assertBlocked("Théo Riou")
        problem = self.sheet()["problems"][0]
        self.assertEqual((problem["model"], problem["res_id"]), ("res.partner", self.theo.id))

    def test_erased_nir(self):
        self.as_role(self.theo, "declarant")._erase_nir()
        self.assertBlocked("Théo Riou")

    def test_values_that_changed(self):
        self.theo.birth_name = "RIOU-LE GALL"
        self.assertBlocked("Théo Riou", "Update Values")
        problem = self.sheet()["problems"][0]
        self.assertEqual(
            (problem["model"], problem["res_id"]), (self.declaration._name, self.declaration.id)
        )
        self.as_role(self.declaration, "declarant").action_update_values()
        self.assertEqual(self.sheet()["problems"], [])
        self.assertEqual(
            shown(self.attendee(self.theo)["fields"])["NOM_TITULAIRE"], ["RIOU-LE GALL"]
        )

    def test_attendee_of_another_session_by_now(self):
        self.registrations[1].event_id = self.make_session()
        self.assertBlocked("Théo Riou")

    def test_employer_without_a_right_siret(self):
        self.client.company_registry = "123"
        self.assertBlocked("Menuiserie Bréhat")

    def test_broken_rule_of_the_portal_alone(self):
        """What only the check of the whole file finds: here a reference that is too long."""
        self.env.cr.execute(
            "UPDATE passport_declaration SET reference = %s WHERE id = %s",
            ["x" * 281, self.declaration.id],
        )
        self.assertBlocked("Reference of the declaration", "too long")

    def test_warnings_do_not_block(self):
        self.theo.nir = "3 85 04 75 001 001 " + f"{97 - 3850475001001 % 97:02d}"
        self.assertEqual(self.problems(), [])

    def test_complete_declaration_can_be_marked_although_data_changed(self):
        """What was typed is typed: the authority has it."""
        for person in (self.zoe, self.theo):
            self.tick(person)
        self.theo.birth_name = "RIOU-LE GALL"
        self.assertTrue(self.problems())
        self.as_role(self.declaration, "declarant").action_entry_deposit()
        self.assertEqual(self.declaration.state, "deposited")


@tagged("post_install", "-at_install", "passport")
class TestEntryTicks(EntryCase):
    def test_tick_says_who_and_when(self):
        sheet = self.tick(self.zoe)
        zoe = self.attendee(self.zoe, sheet)
        self.assertEqual(
            (zoe["typed_on"], zoe["typed_by"], zoe["typed_by_id"]),
            ("2026-10-15 10:00:00", "Test declarant", self.users["declarant"].id),
        )
        self.assertFalse(self.attendee(self.theo, sheet)["typed_on"])
        self.assertEqual(self.declaration.typed_count, 1)

    def test_colleague_resumes_and_the_first_tick_stays(self):
        self.tick(self.zoe)
        sheet = self.sheet("colleague")
        self.assertEqual(self.attendee(self.zoe, sheet)["typed_by"], "Test declarant")
        sheet = self.tick(self.zoe, "colleague")
        self.assertEqual(self.attendee(self.zoe, sheet)["typed_by"], "Test declarant")
        sheet = self.tick(self.theo, "colleague")
        self.assertEqual(self.attendee(self.theo, sheet)["typed_by"], "Test colleague")

    def test_tick_of_values_that_changed_meanwhile_is_refused(self):
        version = self.attendee(self.theo)["version"]
        self.theo.birth_name = "RIOU-LE GALL"
        self.as_role(self.declaration, "colleague").action_update_values()
        with self.assertRaises(UserError) as caught:
            self.line_of(self.theo).entry_tick(version)
        self.assertIn("Théo Riou", str(caught.exception))
        self.assertFalse(self.line_of(self.theo).typed_on)

    def test_ticks_can_be_undone_until_the_deposit(self):
        for person in (self.zoe, self.theo):
            self.tick(person)
        sheet = self.line_of(self.zoe, "colleague").entry_untick()
        self.assertFalse(self.attendee(self.zoe, sheet)["typed_on"])
        self.assertEqual(self.declaration.typed_count, 1)
        self.tick(self.zoe)
        self.as_role(self.declaration, "declarant").action_entry_deposit()
        version = self.attendee(self.zoe)["version"]
        line = self.line_of(self.zoe)
        for call in (line.entry_untick, lambda: line.entry_tick(version)):
            with self.assertRaises(UserError):
                call()
        self.assertTrue(line.typed_on)

    def test_updated_values_have_to_be_typed_again(self):
        for person in (self.zoe, self.theo):
            self.tick(person)
        self.theo.birth_name = "RIOU-LE GALL"
        declaration = self.as_role(self.declaration, "declarant")
        declaration.action_update_values()
        self.assertTrue(self.line_of(self.zoe).typed_on)
        self.assertFalse(self.line_of(self.theo).typed_on)
        self.assertIn("Théo Riou", declaration.message_ids[0].body)
        self.held.training_modality = "MIXTE"
        declaration.action_update_values()
        self.assertFalse(self.line_of(self.zoe).typed_on)

    def test_deposit_needs_every_tick(self):
        declaration = self.as_role(self.declaration, "declarant")
        with self.assertRaises(UserError):
            declaration.action_entry_deposit()
        self.tick(self.zoe)
        for action in ("action_entry_deposit", "action_mark_deposited"):
            with self.subTest(action=action), self.assertRaises(UserError):
                getattr(declaration, action)()
        self.assertEqual(set(declaration.line_ids.mapped("state")), {"prepared"})
        self.tick(self.theo)
        sheet = declaration.action_entry_deposit()
        self.assertEqual((sheet["state"], sheet["problems"]), ("deposited", []))
        self.assertEqual(set(declaration.line_ids.mapped("state")), {"deposited"})

    def test_without_the_assisted_entry_the_button_still_marks(self):
        self.as_role(self.declaration, "user").action_mark_deposited()
        self.assertEqual(self.declaration.state, "deposited")

    def test_withdrawn_attendees_are_not_typed(self):
        self.line_of(self.theo).sudo().state = "withdrawn"
        self.assertEqual(len(self.sheet()["attendees"]), 1)
        with self.assertRaises(UserError):
            self.line_of(self.theo).entry_tick("x")
        self.assertEqual(self.tick(self.zoe)["attendees"][0]["typed_by"], "Test declarant")
        self.assertEqual(self.declaration.typed_count, 1)

    def test_ticks_are_the_addon_s_to_write(self):
        for role in ("user", "declarant", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.line_of(self.zoe, role).write({"typed_on": "2026-10-15 10:00:00"})


@tagged("post_install", "-at_install", "passport")
class TestEntryNir(HttpCase, EntryCase):
    def ask(self, role, line, confirmed=True):
        """Return what the server answers to the client action that asks for a NIR."""
        session = {"identity-check-last": time.time()} if confirmed else {}
        login = self.users[role].login
        self.authenticate(login, login, session_extra=session)
        self.env.flush_all()
        model, method = "passport.declaration.line", "action_entry_nir"
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={
                "params": {"model": model, "method": method, "args": [line.ids], "kwargs": {}},
            },
        )
        self.env.invalidate_all()
        return response.json(), response.text

    def log(self):
        return self.env["passport.nir.access"].search([("action", "=", "reveal")], order="id")

    def test_thirteen_characters_after_the_password(self):
        before = self.log()
        number = self.nir_of(self.zoe).replace(" ", "")
        answer, text = self.ask("declarant", self.line_of(self.zoe), confirmed=False)
        self.assertEqual(answer["result"]["res_model"], "res.users.identitycheck")
        self.assertNotIn(number[:13], text)
        self.assertEqual(self.log(), before)
        answer, _text = self.ask("declarant", self.line_of(self.zoe))
        self.assertEqual(
            answer["result"],
            {"type": "ir.actions.act_window_close", "infos": {"nir": number[:13]}},
        )
        entry = self.log() - before
        self.assertRecordValues(
            entry,
            [
                {
                    "user_id": self.users["declarant"].id,
                    "partner_id": self.zoe.id,
                    "reason": self.declaration.name,
                }
            ],
        )

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_refused(self):
        number = self.nir_of(self.zoe).replace(" ", "")[:13]
        for role in ("user", "sales", "event", "internal", "portal"):
            with self.subTest(role=role):
                answer, text = self.ask(role, self.line_of(self.zoe))
                self.assertIn("error", answer)
                self.assertNotIn(number, text)
        self.assertFalse(self.log().filtered(lambda entry: entry.user_id != self.env.user))

    @mute_logger("odoo.http")
    def test_not_while_something_is_wrong_nor_after_the_deposit(self):
        number = self.nir_of(self.zoe).replace(" ", "")[:13]
        line = self.line_of(self.zoe)
        self.theo.birth_name = "RIOU-LE GALL"
        self.assertIn("error", self.ask("declarant", line)[0])
        self.theo.birth_name = "RIOU"
        self.as_role(self.declaration, "declarant").action_mark_deposited()
        answer, text = self.ask("declarant", line)
        self.assertIn("error", answer)
        self.assertNotIn(number, text)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_not_for_another_company(self):
        session = self.make_session(company_id=self.other_company.id)
        registration = self.make_registration(session, self.make_attendee("Ana Kerjean"))
        declaration = self.declare(registration, company_id=self.other_company.id, channel="form")
        self.assertIn("error", self.ask("manager", declaration.line_ids)[0])
