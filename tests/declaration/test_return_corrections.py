from ast import literal_eval
from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import NOW, SIRET_CLIENT, SIRET_OTHER_CLIENT
from .test_return import ReturnCase

LATER = NOW + timedelta(days=3)
NIR_REASON = "Couple NIR / nom de naissance inconnu"


class CorrectionCase(ReturnCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe, cls.jean = cls.make_attendees(["Zoé Lefèvre", "Jean Martin"])
        cls.session_sst = cls.make_session()
        cls.registrations = cls.make_registrations(cls.session_sst, cls.zoe | cls.jean)
        cls.registration = cls.registrations[0]

    def setUp(self):
        super().setUp()
        self.deposit = self.sent(self.registrations)
        self.line = self.line_of(self.registration)

    def activities(self, *records):
        kind = self.env.ref("passeport_prevention.mail_activity_type_correct")
        found = self.env["mail.activity"].search([("activity_type_id", "=", kind.id)])
        return [
            activity
            for activity in found
            if not records
            or (activity.res_model, activity.res_id) in [(r._name, r.id) for r in records]
        ]

    def assertToMend(self, code, record):
        self.assertEqual(self.registration.passport_state, "rejected")
        self.assertEqual(
            self.registration.passport_issue_ids.mapped("code"), [code] if code else []
        )
        if code:
            _message, found = self.issue(self.registration, code)
            self.assertEqual((found._name, found.id), (record._name, record.id))
        declared = self.declare(self.registration, include_rejected=True)
        self.assertEqual(bool(declared), not code)
        if declared:
            declared.action_cancel()


@tagged("post_install", "-at_install", "passport")
class TestKnownReasons(CorrectionCase):
    def test_recognised_in_the_portal_s_words(self):
        reasons = self.env["passport.reject.reason"]
        for text, name in [
            ("Couple NIR / nom de naissance inconnu", "nir_name"),
            ("Numéro de SÉCURITÉ SOCIALE invalide", "nir_name"),
            ("SIRET de l'employeur inconnu", "siret"),
            ("Établissement fermé", "siret"),
            ("Le code Formacode 42866 n'existe pas", "code"),
            ("CODE EXPIRÉ", "code"),
            ("Identifiant unique déjà utilisé", "twice"),
            ("La date de fin est antérieure", "date"),
            ("Fichier mal formé", "file"),
            ("fichier rejeté dans sa globalité", "file"),
            ("Formation non éligible", "training"),
            ("NOM_FORMATION : champ obligatoire", "missing_value"),
            ("Champ obligatoire non renseigné : MODALITE_DISPENSE", "missing_value"),
            ("Aucun titulaire ne correspond aux critères obligatoires", "nir_name"),
            (
                "Aucun titulaire ne correspond aux critères enrichis du jour et du mois de naissance",
                "nir_name",
            ),
            ("Le passage existe déjà en base", "twice"),
            ("Employeur radié", "siret"),
            ("La certification RS6869 n'est pas active", "code"),
        ]:
            with self.subTest(text=text):
                expected = self.env.ref(f"passeport_prevention.reject_reason_{name}")
                self.assertEqual(reasons._recognise(text), expected)
        for text in ("", None, "Rejeté", "Xyz", "Formation", "Titulaire refusé"):
            self.assertFalse(reasons._recognise(text))

    def test_managers_change_what_is_recognised(self):
        reasons = self.as_role(self.env["passport.reject.reason"], "manager")
        added = reasons.create({"name": "Quota", "keywords": "\nquota dépassé\n", "sequence": 1})
        self.assertEqual(reasons._recognise("Le QUOTA est depasse"), added)
        added.keywords = "autre chose"
        self.assertFalse(reasons._recognise("Le QUOTA est depasse"))
        with self.assertRaises(ValidationError):
            added.keywords = "le"
        added.unlink()
        self.assertFalse(reasons._recognise("autre chose"))


@tagged("post_install", "-at_install", "passport")
class TestCorrections(CorrectionCase):
    def test_person_until_the_birth_name_or_the_nir_changes(self):
        self.line._reject(NIR_REASON)
        self.assertToMend("return_nir_unknown", self.zoe)
        message, _record = self.issue(self.registration, "return_nir_unknown")
        self.assertIn(NIR_REASON, message)
        for values in ({"birth_name": "LEFEBVRE"}, {"nir": self.next_nir()}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                with freeze_time(LATER):
                    self.zoe.write(values)
                self.assertToMend(None, self.zoe)
                self.assertFalse(self.activities())
                savepoint.rollback()
                self.env.invalidate_all()
        self.zoe.phone = "0612345678"
        self.assertToMend("return_nir_unknown", self.zoe)
        self.assertTrue(self.activities(self.zoe))

    def test_nir_entered_before_the_file_is_no_correction(self):
        with freeze_time(NOW - timedelta(days=30)):
            self.jean.nir = self.next_nir()
        with freeze_time(LATER):
            other = self.line_of(self.registrations[1])
            other._reject(NIR_REASON)
            self.assertEqual(self.registrations[1].passport_issue_ids.code, "return_nir_unknown")

    def test_employer_until_its_siret_changes(self):
        self.line._reject("SIRET inconnu")
        self.assertToMend("return_siret_unknown", self.client)
        other = self.make_client("Autre", "90123456700013")
        for record, values in [
            (self.client, {"company_registry": SIRET_OTHER_CLIENT}),
            (self.registration, {"employer_id": other.id}),
            (self.registration, {"without_employer": True}),
        ]:
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                record.write(values)
                self.assertToMend(None, None)
                self.assertFalse(self.activities())
                savepoint.rollback()
                self.env.invalidate_all()
        self.client.company_registry = SIRET_CLIENT
        self.assertToMend("return_siret_unknown", self.client)

    def test_training_until_its_codes_change(self):
        self.line._reject("Formacode inconnu")
        self.assertToMend("return_code_unknown", self.training)
        self.training.name = "Autre nom"
        self.assertToMend("return_code_unknown", self.training)
        self.training.formacode_ids = [Command.set(self.codes("formacode", start=1).ids)]
        self.assertToMend(None, None)
        self.assertFalse(self.activities())

    def test_other_until_anything_declared_changes(self):
        self.line._reject("Raison inédite")
        self.assertToMend("return_other", self.registration)
        self.assertTrue(self.activities(self.deposit))
        self.session_sst.training_modality = "MIXTE"
        self.assertToMend(None, None)

    def test_attendee_without_employer_has_no_siret_to_mend(self):
        registration = self.make_registration(
            attendee=self.make_attendee("Paul Petit"), without_employer=True
        )
        line = self.line_of(self.sent(registration).line_ids.registration_id)
        line._reject("SIRET inconnu")
        self.assertEqual(registration.passport_issue_ids.code, "return_other")

    def test_checked_by_somebody(self):
        self.line._reject(NIR_REASON)
        registrations = self.as_role(self.registration, "user")
        registrations.action_passport_checked()
        self.assertToMend(None, None)
        self.assertEqual(self.line.checked_by_id, self.users["user"])
        message = self.registration.message_ids[0]
        self.assertIn(NIR_REASON, message.body)
        self.assertEqual(message.author_id, self.users["user"].partner_id)
        self.assertFalse(self.activities())
        with self.assertRaises(UserError):
            registrations.action_passport_checked()

    def test_checked_is_for_rejected_attendees(self):
        with self.assertRaises(UserError):
            self.registration.action_passport_checked()

    def test_declared_again_and_rejected_again(self):
        self.line._reject(NIR_REASON)
        self.registration.action_passport_checked()
        again = self.sent(self.registration, include_rejected=True)
        self.assertEqual(self.registration.passport_state, "in_progress")
        self.assertFalse(self.registration.passport_issue_ids)
        again.line_ids._reject(NIR_REASON)
        # Checked once is not checked for ever.
        self.assertToMend("return_nir_unknown", self.zoe)

    def test_list_and_filters(self):
        self.line._reject(NIR_REASON)
        self.line_of(self.registrations[1])._reject("Raison inédite")
        self.registrations[1].action_passport_checked()
        action = self.env.ref("passeport_prevention.event_registration_correct_action")
        model = self.as_role(self.env["event.registration"], "user")
        domain = [*literal_eval(action.domain), ("event_id", "=", self.session_sst.id)]
        self.assertEqual(len(model.search(domain)), 2)
        seen = model.browse(self.registration.id)
        self.assertEqual(seen.reject_reason, NIR_REASON)
        self.assertEqual(seen.reject_reason_id.kind, "person")
        blocking = ("passport_issue_ids.is_blocking", "=", True)
        self.assertEqual(model.search([*domain, blocking]).ids, self.registration.ids)
        self.assertEqual(model.search([*domain, "!", blocking]).ids, self.registrations[1].ids)
        self.registration.state = "cancel"
        self.assertEqual(len(model.search(domain)), 1)

    def test_declare_again_opens_the_wizard_on_them(self):
        self.line._reject(NIR_REASON)
        self.registration.action_passport_checked()
        context = self.as_role(self.registration, "user").action_passport_declare_again()["context"]
        wizard = (
            self.as_role(self.env["passport.declare"], "user").with_context(**context).create({})
        )
        self.assertEqual(wizard._ready_attendees().ids, self.registration.ids)

    def test_query_count_does_not_grow_with_the_attendees(self):
        counts = []
        for size in (10, 40):
            registrations = self.make_ready(size)
            self.sent(registrations).line_ids._reject("Formacode inconnu")
            counts.append(self.queries_of(registrations._passport_issues))
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install", "passport")
class TestCorrectionActivities(CorrectionCase):
    def test_one_for_each_record(self):
        more = self.make_registrations(self.session_sst, self.make_attendees(["A B", "C D", "E F"]))
        lines = self.sent(more).line_ids | self.deposit.line_ids
        lines[0]._reject(NIR_REASON)
        lines[1]._reject("SIRET inconnu")
        lines[2]._reject("SIRET inconnu")
        lines[3:]._reject("Formacode inconnu")
        self.assertEqual(
            sorted((activity.res_model, activity.res_id) for activity in self.activities()),
            sorted(
                [
                    ("product.template", self.training.id),
                    ("res.partner", lines[0].partner_id.id),
                    ("res.partner", self.client.id),
                ]
            ),
        )
        # The employer's is done when both of its attendees are.
        self.assertEqual(len(self.activities(self.client)), 1)
        lines[1].registration_id.action_passport_checked()
        self.assertEqual(len(self.activities(self.client)), 1)
        lines[2].registration_id.without_employer = True
        self.assertFalse(self.activities(self.client))

    def test_goes_to_who_had_it_in_hand(self):
        declarant = self.users["declarant"]
        self.as_role(self.zoe, "declarant").nir = self.next_nir()
        self.line._reject(NIR_REASON)
        (activity,) = self.activities(self.zoe)
        self.assertEqual(activity.user_id, declarant)
        self.assertIn(NIR_REASON, activity.note)
        self.session_sst.user_id = self.users["user"]
        self.line_of(self.registrations[1])._reject("SIRET inconnu")
        self.assertEqual(self.activities(self.client)[0].user_id, self.users["user"])

    def test_never_to_who_cannot_mend_it(self):
        self.session_sst.user_id = self.users["event"]
        line = self.as_role(self.line, "declarant")
        self.env.cr.execute(
            "UPDATE passport_nir SET collected_by_id = %s", (self.users["user"].id,)
        )
        self.env.invalidate_all()
        line._reject(NIR_REASON)
        self.assertEqual(self.activities(self.zoe)[0].user_id, self.users["declarant"])

    def test_closed_with_a_word_when_declared_again(self):
        self.line._reject("Raison inédite")
        self.assertTrue(self.activities(self.deposit))
        self.registration.action_passport_checked()
        self.assertFalse(self.activities())
        self.assertIn("Corrected", self.deposit.message_ids[0].body)

    def test_cleaning_closes_what_was_left(self):
        self.line._reject(NIR_REASON)
        self.env.cr.execute(
            "UPDATE res_partner SET birth_name = 'AUTRE' WHERE id = %s", (self.zoe.id,)
        )
        self.env.invalidate_all()
        self.assertTrue(self.activities(self.zoe))
        self.env["passport.corrections"]._gc_activities()
        self.assertFalse(self.activities(self.zoe))


@tagged("post_install", "-at_install", "passport")
class TestWholeFile(CorrectionCase):
    def reject_file(self, reason="Colonne manquante dans le fichier", role="user"):
        dialogs = self.as_role(self.env["passport.deposit.reject"], role)
        dialog = dialogs.create({"deposit_id": self.deposit.id, "reason": reason})
        self.assertTrue(dialog.line_count)
        dialog.action_confirm()
        return dialog

    def test_all_go_back_at_once(self):
        dialog = self.reject_file()
        self.assertEqual(dialog.reject_reason_id.name, "File refused as a whole")
        self.assertEqual(self.deposit.state, "done")
        self.assertEqual(set(self.deposit.line_ids.mapped("state")), {"rejected"})
        self.assertEqual(self.registrations.mapped("passport_state"), ["rejected"] * 2)
        self.assertEqual(self.deposit.to_correct_count, 2)
        self.assertIn("Colonne manquante", self.deposit.message_ids[0].body)
        self.assertEqual(len(self.activities()), 1)
        action = self.as_role(self.deposit, "user").action_open_to_correct()
        found = self.env["event.registration"].search(action["domain"])
        self.assertEqual(found, self.registrations)
        found.action_passport_checked()
        self.assertFalse(self.activities())
        again = self.sent(self.registrations, include_rejected=True)
        self.assertEqual(again.attendee_count, 2)
        self.env.invalidate_all()
        self.assertEqual(self.deposit.to_correct_count, 0)

    def test_one_task_whatever_the_reason(self):
        self.reject_file("NIR inconnus")
        self.assertEqual(len(self.activities(self.deposit)), 1)
        self.assertEqual(len(self.activities()), 1)
        self.assertToMend("return_nir_unknown", self.zoe)

    def test_who_has_an_answer_keeps_it(self):
        self.line.action_accept()
        self.reject_file()
        self.assertEqual(self.deposit.line_ids.mapped("state").count("accepted"), 1)

    def test_not_before_it_was_sent_nor_twice(self):
        draft = self.make_deposit(self.make_ready(1))
        dialog = self.env["passport.deposit.reject"].create({"deposit_id": draft.id, "reason": "x"})
        with self.assertRaises(UserError):
            dialog.action_confirm()
        dialog = self.reject_file()
        with self.assertRaises(UserError):
            dialog.action_confirm()
