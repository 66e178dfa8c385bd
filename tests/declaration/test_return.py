import base64
import itertools
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import PassportCase, nir_with_key
from ..tools.test_tools_table_file import workbook
from ..vault.test_leaks import LeakCase, number, spaced


class ReturnCase(PassportCase):
    def sent(self, registrations, **values):
        """Deposit ``registrations``."""
        deposit = self.make_deposit(registrations, **values)
        self.file_of(deposit)
        deposit.action_mark_deposited()
        return deposit

    def make_return(self, content, role="user", **values):
        content = content.encode() if isinstance(content, str) else content
        return self.as_role(self.env["passport.return"], role).create(
            {
                "company_id": self.company.id,
                "upload": base64.b64encode(content),
                "file_name": "retour.csv",
                **values,
            }
        )

    def import_return(self, content, **values):
        wizard = self.make_return(content, **values)
        wizard.action_read_file()
        wizard.action_preview()
        return wizard

    def outcomes(self, wizard):
        return [(line.rows, line.outcome) for line in wizard.line_ids]

    def line_of(self, registration):
        return registration.passport_line_ids.sorted("id")[-1:]


@tagged("post_install", "-at_install", "passport")
class TestReturn(ReturnCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe, cls.jean, cls.marie = cls.make_attendees(
            ["Zoé Lefèvre", "Jean Martin", "Marie Martin"]
        )
        cls.session_sst = cls.make_session()
        cls.registrations = cls.make_registrations(cls.session_sst, cls.zoe | cls.jean | cls.marie)

    def setUp(self):
        super().setUp()
        self.deposit = self.sent(self.registrations)
        self.lines = [self.line_of(registration) for registration in self.registrations]

    def states(self):
        self.env.invalidate_all()
        return [line.state for line in self.lines]

    def test_by_unique_id_with_a_status(self):
        zoe, jean, marie = self.lines
        wizard = self.import_return(
            "ID_UNIQUE_PARTENAIRE;STATUT;MOTIF\n"
            f"{zoe.unique_id};OK;\n"
            f"{jean.unique_id.upper()};KO;SIRET inconnu\n"
            f"{marie.unique_id};en attente;\n",
            deposit_id=self.deposit.id,
        )
        self.assertEqual(
            self.outcomes(wizard), [("4", "unclear"), ("3", "reject"), ("2", "accept")]
        )
        self.assertEqual(
            (wizard.accept_count, wizard.reject_count, wizard.problem_count, wizard.waiting_count),
            (1, 1, 1, 1),
        )
        self.assertEqual(self.states(), ["deposited"] * 3)
        wizard.action_apply()
        self.assertEqual(self.states(), ["accepted", "rejected", "deposited"])
        self.assertEqual(jean.reject_reason, "SIRET inconnu")
        self.assertEqual(jean.reject_reason_id.kind, "employer")
        self.assertEqual(self.deposit.state, "deposited")
        self.assertEqual(wizard.state, "done")
        self.assertEqual(self.outcomes(wizard), [("4", "unclear")])
        self.assertFalse(wizard.sudo().table)

    def test_by_nir(self):
        number_of_jean = self.nir_of(self.jean)
        wizard = self.import_return(
            f"N° de sécurité sociale;Anomalie\n{number_of_jean};Couple NIR et nom inconnu\n"
            f"{nir_with_key('2690299341123')};inconnu\nfaux;inconnu\n",
            role="declarant",
            deposit_id=self.deposit.id,
        )
        self.assertEqual(
            self.outcomes(wizard), [("3", "unknown"), ("4", "unknown"), ("2", "reject")]
        )
        wizard.action_apply()
        self.assertEqual(self.states(), ["deposited", "rejected", "deposited"])
        self.assertEqual(self.lines[1].reject_reason_id.kind, "person")

    def test_by_name(self):
        wizard = self.import_return(
            "Nom;Prénom;Motif\nMARTIN;Marie;NIR inconnu\nLEFEVRE;Zoe;NIR inconnu\n"
            "MARTIN;;NIR inconnu\nDURAND;Paul;NIR inconnu\n",
            deposit_id=self.deposit.id,
        )
        self.assertEqual(
            self.outcomes(wizard),
            [("5", "unknown"), ("4", "ambiguous"), ("2", "reject"), ("3", "reject")],
        )
        self.assertEqual(wizard.line_ids[1].match_count, 2)
        wizard.action_apply()
        self.assertEqual(self.states(), ["rejected", "deposited", "rejected"])

    def test_by_birth_name_and_declaration(self):
        name = self.deposit.declaration_ids.name
        wizard = self.import_return(
            f"ID_DECLARATION|NOM_TITULAIRE|LIBELLE ERREUR\n{name}|LEFEVRE|date\nX|LEFEVRE|date\n"
        )
        self.assertEqual(self.outcomes(wizard), [("3", "unknown"), ("2", "reject")])

    def test_workbook_in_any_shape(self):
        zoe, jean, _marie = self.lines
        content = workbook(
            [],
            [
                ["Rapport du dépôt", "15/10/2026"],
                [],
                ["N°", "Identifiant unique", "Code erreur", "Libellé"],
                [1, zoe.unique_id, 404, "SIRET inconnu"],
                [2, jean.unique_id, "", ""],
                [],
                ["Total", "2 lignes"],
            ],
        )
        wizard = self.import_return(content, deposit_id=self.deposit.id)
        self.assertEqual(wizard.header_row, 3)
        self.assertEqual(
            self.outcomes(wizard), [("7", "unknown"), ("5", "no_answer"), ("4", "reject")]
        )
        self.assertEqual(wizard.line_ids[2].reason, "404")
        wizard.action_back()
        wizard.column_ids[3].role = "reason"
        wizard.without_reason = "accepted"
        wizard.action_preview()
        self.assertEqual(
            self.outcomes(wizard), [("7", "unknown"), ("4", "reject"), ("5", "accept")]
        )
        self.assertEqual(wizard.line_ids[1].reason, "404 – SIRET inconnu")

    def test_encodings_and_faults(self):
        zoe = self.lines[0]
        text = f"Identifiant unique;Motif\n{zoe.unique_id};Nom refusé, né à l'étranger\n"
        for encoding in ("utf-8-sig", "cp1252", "utf-16"):
            with self.subTest(encoding=encoding):
                wizard = self.import_return(text.encode(encoding))
                self.assertEqual(wizard.line_ids.reason, "Nom refusé, né à l'étranger")
        for content, words in [
            (b"", "Choose"),
            (b" ", "empty"),
            (b"ID_UNIQUE_PARTENAIRE;MOTIF\n", "no row"),
            (b"%PDF-1.4\0\0\1", "no table"),
            (b"\xd0\xcf\x11\xe0" + bytes(100), "damaged"),
            (workbook([["id"]])[:300], "damaged"),
        ]:
            with self.subTest(content=content[:10]), self.assertRaisesRegex(UserError, words):
                self.import_return(content)

    def test_columns_are_the_user_s_to_choose(self):
        wizard = self.make_return("A;B;C\nLEFEVRE;x;y\n")
        with self.assertRaisesRegex(UserError, "identifies"):
            wizard.action_preview()
        wizard.column_ids[0].role = "birth_name"
        wizard.column_ids[1].role = "reason"
        wizard.action_preview()
        # Nothing was recognised, so the first row is taken for one of the table.
        self.assertEqual(self.outcomes(wizard), [("1", "unknown"), ("2", "reject")])
        wizard.action_back()
        wizard.header_row = 1
        wizard.column_ids[2].role = "birth_name"
        with self.assertRaisesRegex(UserError, "both"):
            wizard.action_preview()
        wizard.column_ids[2].role = "reason"
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.mapped("reason"), ["x – y"])

    def test_others_are_accepted_on_demand_only(self):
        zoe = self.lines[0]
        text = f"Identifiant unique;Motif\n{zoe.unique_id};NIR inconnu\n"
        wizard = self.import_return(text)
        self.assertEqual((wizard.others_count, wizard.waiting_count), (0, 2))
        wizard.action_back()
        wizard.others_accepted = True
        wizard.action_preview()
        self.assertEqual((wizard.others_count, wizard.waiting_count), (2, 0))
        wizard.action_apply()
        self.assertEqual(self.states(), ["rejected", "accepted", "accepted"])
        self.assertEqual(self.deposit.state, "done")

    def test_others_are_not_accepted_beside_rows_that_mean_nobody(self):
        zoe = self.lines[0]
        for row in ("inconnu;x", f"{self.lines[1].unique_id};"):
            with self.subTest(row=row):
                wizard = self.import_return(
                    f"Identifiant unique;Motif\n{zoe.unique_id};NIR inconnu\n{row}\n",
                    others_accepted=True,
                )
                with self.assertRaisesRegex(UserError, "mean nobody for certain"):
                    wizard.action_apply()
                self.assertEqual(self.states(), ["deposited"] * 3)

    def test_answered_and_not_deposited_are_reported_and_left(self):
        zoe, jean, marie = self.lines
        zoe.action_accept()
        jean._reject("NIR inconnu")
        jean.registration_id.action_passport_checked()
        again = self.declare(jean.registration_id, include_rejected=True).line_ids
        text = "Identifiant unique;Motif\n" + "".join(
            f"{line.unique_id};autre\n" for line in (zoe, jean, again, marie)
        )
        wizard = self.import_return(text)
        self.assertEqual(
            self.outcomes(wizard),
            [
                ("4", "not_deposited"),
                ("5", "reject"),
                ("3", "already_rejected"),
                ("2", "already_accepted"),
            ],
        )
        wizard.action_apply()
        self.assertEqual(self.states(), ["accepted", "rejected", "rejected"])
        self.assertEqual((jean.reject_reason, again.state), ("NIR inconnu", "prepared"))

    def test_several_deposits_and_one_that_is_not_meant(self):
        others = self.make_registrations(
            self.make_session(name="Autre"), self.make_attendees(["Paul Petit", "Zoé Lefèvre"])
        )
        other = self.sent(others)
        text = "Identifiant unique;Motif\n" + "".join(
            f"{line.unique_id};refus\n" for line in (self.lines[0], self.line_of(others[0]))
        )
        wizard = self.import_return(text, deposit_id=self.deposit.id)
        self.assertEqual(self.outcomes(wizard), [("3", "elsewhere"), ("2", "reject")])
        wizard.deposit_id = False
        wizard.action_preview()
        self.assertEqual(self.outcomes(wizard), [("2", "reject"), ("3", "reject")])
        self.assertEqual(wizard.waiting_count, 3)
        wizard.action_apply()
        self.assertEqual((self.deposit.rejected_count, other.rejected_count), (1, 1))
        wizard = self.import_return("Nom de naissance;Motif\nLEFEVRE;x\n")
        self.assertEqual(self.outcomes(wizard), [("2", "ambiguous")])

    def test_web_form_has_no_deposit(self):
        registration = self.make_registration(attendee=self.make_attendee("Paul Petit"))
        declaration = self.declare(registration, channel="form")
        declaration.action_mark_deposited()
        wizard = self.import_return("Nom;Motif\nPETIT Paul;SIRET fermé\n", others_accepted=True)
        self.assertEqual((wizard.others_count, wizard.reject_count), (0, 1))
        wizard.action_apply()
        self.assertEqual((declaration.state, declaration.rejected_count), ("done", 1))
        self.assertIn("1 rejected", declaration.message_ids[0].body)

    def test_one_attendee_in_several_rows(self):
        zoe, jean, _marie = self.lines
        wizard = self.import_return(
            "Identifiant unique;Statut;Motif\n"
            f"{zoe.unique_id};KO;NIR inconnu\n{zoe.unique_id};KO;SIRET inconnu\n"
            f"{jean.unique_id};OK;\n{jean.unique_id};KO;x\n"
        )
        self.assertEqual(self.outcomes(wizard), [("4, 5", "conflict"), ("2, 3", "reject")])
        wizard.action_apply()
        self.assertEqual(zoe.reject_reason, "NIR inconnu ; SIRET inconnu")

    def test_told_on_the_deposit(self):
        zoe, jean, _marie = self.lines
        wizard = self.import_return(
            f"Identifiant unique;Statut;Motif\n{zoe.unique_id};OK;\n{jean.unique_id};KO;NIR <b>\n"
        )
        wizard.action_apply()
        message = self.deposit.message_ids[0]
        self.assertEqual(message.author_id, self.users["user"].partner_id)
        for words in ("retour.csv", "1 accepted", "1 rejected", "NIR and birth name unknown: 1"):
            self.assertIn(words, message.body)

    # ------------------------------------------------------------
    # All or nothing
    # ------------------------------------------------------------

    def all_rejected(self):
        rows = [f"{line.unique_id};motif {line.id}\n" for line in self.lines]
        return self.import_return("Identifiant unique;Motif\n" + "".join(rows))

    def test_fault_in_the_middle_leaves_all_as_it_was(self):
        """As a killed server does: the transaction is gone, and the same click works again."""
        wizard = self.all_rejected()
        self.env.flush_all()
        activities = self.env["mail.activity"].search_count([])
        places = {
            "passport.corrections": "_schedule",
            "passport.rejection": "_kind",
            "passport.deposit": "_follow_answers",
        }
        for model, place in places.items():
            with (
                self.subTest(place=place),
                self.assertRaisesRegex(RuntimeError, "killed"),
                self.env.cr.savepoint(),
                patch.object(self.registry[model], place, side_effect=RuntimeError("killed")),
            ):
                wizard.action_apply()
            self.assertEqual(self.states(), ["deposited"] * 3)
            self.assertEqual(wizard.state, "preview")
            self.assertEqual(self.env["mail.activity"].search_count([]), activities)
            self.assertFalse(self.lines[0].reject_reason)
        wizard.action_apply()
        self.assertEqual(self.states(), ["rejected"] * 3)

    def test_second_click_and_second_import_change_nothing(self):
        wizard = self.all_rejected()
        wizard.action_apply()
        before = len(self.deposit.message_ids)
        wizard.action_apply()
        again = self.all_rejected()
        self.assertEqual(again.already_count, 3)
        with self.assertRaisesRegex(UserError, "nothing to record"):
            again.action_apply()
        self.env.invalidate_all()
        self.assertEqual(len(self.deposit.message_ids), before)

    def test_what_changed_since_the_preview_is_shown_first(self):
        wizard = self.all_rejected()
        self.lines[0].action_accept()
        wizard.action_apply()
        self.assertTrue(wizard.is_outdated)
        self.assertEqual(self.states(), ["accepted", "deposited", "deposited"])
        self.assertEqual((wizard.already_count, wizard.reject_count), (1, 2))
        wizard.action_apply()
        self.assertEqual(self.states(), ["accepted", "rejected", "rejected"])

    def test_colleague_who_records_at_this_moment(self):
        wizard = self.all_rejected()
        lines = type(self.env["passport.declaration.line"])
        with (
            patch.object(lines, "try_lock_for_update", lambda lines, **__: lines[:1]),
            self.assertRaisesRegex(UserError, "Somebody else"),
        ):
            wizard.action_apply()
        self.assertEqual(self.states(), ["deposited"] * 3)

    def test_back_to_the_file_forgets_it(self):
        wizard = self.all_rejected()
        wizard.action_back()
        self.assertEqual(wizard.state, "columns")
        wizard.action_back()
        self.assertEqual((wizard.state, wizard.sudo().table), ("file", False))
        self.assertFalse(wizard.column_ids)

    def test_preview_is_limited_and_counts_all(self):
        rows = "".join(f"x{number};motif\n" for number in range(5))
        with patch(
            "odoo.addons.passeport_prevention.wizards.declaration.passport_return_plan.PREVIEW_LIMIT",
            2,
        ):
            wizard = self.import_return("Identifiant unique;Motif\n" + rows)
        self.assertEqual(
            (len(wizard.line_ids), wizard.hidden_count, wizard.problem_count), (2, 3, 5)
        )


@tagged("post_install", "-at_install", "passport")
class TestReturnQueries(ReturnCase):
    def test_query_count_does_not_grow_with_the_rows(self):
        counts = {"unique_id": [], "name": [], "nir": []}
        applied = []
        # The first time only fills what is cached for all.
        for size in (3, 10, 40):
            deposit = self.sent(self.make_ready(size))
            for kind, header in [
                ("unique_id", "Identifiant unique"),
                ("name", "Stagiaire"),
                ("nir", "NIR"),
            ]:
                cells = {
                    "unique_id": deposit.line_ids.mapped("unique_id"),
                    "name": [
                        f"{n.split()[-1]} Personne"
                        for n in deposit.line_ids.mapped("attendee_name")
                    ],
                    "nir": [self.nir_of(person) for person in deposit.line_ids.partner_id],
                }[kind]
                text = f"{header};Motif\n" + "".join(f"{cell};SIRET inconnu\n" for cell in cells)

                def run(text=text, deposit=deposit):
                    return self.import_return(text, role="declarant", deposit_id=deposit.id)

                counts[kind].append(self.queries_of(run))
                wizard = run()
                self.assertEqual(wizard.reject_count, size, kind)
            applied.append(self.queries_of(wizard.action_apply))
        for kind, (_first, small, large) in counts.items():
            with self.subTest(kind=kind):
                self.assertEqual(small, large)
        self.assertLessEqual(applied[2], applied[1])

    def test_query_count_does_not_grow_with_the_sessions(self):
        counts = []
        # The first time only fills what is cached for all.
        for size in (1, 2, 8):
            sessions = [self.make_session(name=f"Session {size}-{n}") for n in range(size)]
            registrations = self.env["event.registration"].union(
                *(self.make_ready(3, session) for session in sessions)
            )
            deposit = self.sent(registrations)
            reasons = itertools.cycle(["Ligne non traitée", "Code ROME inconnu", ""])
            text = "Identifiant unique;Statut;Motif\n" + "".join(
                f"{line.unique_id};{'Rejeté' if reason else 'Accepté'};{reason}\n"
                for line, reason in zip(deposit.line_ids, reasons, strict=False)
            )
            wizard = self.import_return(text, role="declarant", deposit_id=deposit.id)
            counts.append(self.queries_of(wizard.action_apply))
            states = sorted(deposit.line_ids.mapped("state"))
            self.assertEqual(states, ["accepted"] * size + ["rejected"] * 2 * size)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install", "passport")
class TestReturnLeaks(ReturnCase, LeakCase):
    def test_uploaded_numbers_rest_nowhere(self):
        names = [f"Fuite Essai{index}" for index in range(4)]
        people = self.make_attendees(names, nir=False)
        for index, person in enumerate(people):
            person.nir = number(index)
        deposit = self.sent(self.make_registrations(None, people))
        rows = [
            f"{number(0)};ESSAIA;NIR {spaced(number(0))} inconnu",
            f"{spaced(number(1))};;refusé",
            f"{number(2)[:13]};;{number(2)}",
            f"{number(3)[:-2]}00;{number(3)};clé fausse {number(3)[:-1]}",
        ]
        text = "\n".join([f"NIR;Nom;Motif {number(0)}", *rows])
        files = [
            text.encode(),
            text.encode("utf-16"),
            workbook([row.split(";") for row in text.split("\n")]),
        ]
        logged = []
        for role in ("user", "declarant"):
            for content in files:
                with self.debug_log() as log:
                    wizard = self.make_return(
                        content, role=role, file_name=f"retour {number(1)}.csv"
                    )
                    self.env.flush_all()
                logged.append(log.getvalue())
                self.assertFalse(wizard.upload)
                self.assertFalse(self.leaks_in(str(wizard.column_ids.read())))
            self.assertEqual(self.leaks_in_database(), [], role)
        with self.debug_log() as log:
            wizard.action_preview()
            self.assertEqual(wizard.reject_count, 3)
            wizard.action_apply()
            dialog = self.as_role(self.env["passport.line.reject"], "user").create(
                {
                    "line_ids": deposit.line_ids.filtered(lambda line: line.state == "deposited"),
                    "reason": f"NIR {number(3)} inconnu",
                }
            )
            dialog.action_confirm()
            self.env.flush_all()
        logged.append(log.getvalue())
        self.assertEqual(set(deposit.line_ids.mapped("state")), {"rejected"})
        self.assertIn("••• inconnu", " ".join(deposit.line_ids.mapped("reject_reason")))
        self.assertEqual(self.leaks_in_database(), [])
        self.assertEqual(self.leaks_in_filestore(), [])
        self.assertEqual(self.leaks_in_attachments(), [])
        for text in logged:
            self.assertEqual(self.leaks_in(text), [])
            self.assertIn("INSERT INTO", text)
