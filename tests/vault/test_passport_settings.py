import os
from types import SimpleNamespace
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import ROLES, SIRET_LA_POSTE, SIRET_OF_A
from .test_nir import NirCase
from .test_nir_keys import KEYS_LOGGER, VARIABLE, key, keys

PARAMETER = "passeport_prevention.nir_log_months"
CRON = "passeport_prevention.ir_cron_rotate_keys"


@tagged("post_install", "-at_install", "passport")
class TestPassportSettings(NirCase):
    def settings(self, role="manager"):
        return self.as_role(self.env["passport.settings"], role)

    def values_of(self, company):
        self.env.invalidate_all()
        fnames = ["nir_retention_months", "nir_unused_months", "passport_max_attendees"]
        fnames += ["passport_max_attendees_form", "passport_line_end", "company_registry"]
        return {fname: company[fname] for fname in fnames}

    def test_manager_is_no_administrator(self):
        for group in ("base.group_system", "base.group_erp_manager"):
            self.assertFalse(self.users["manager"].has_group(group))

    def test_shows_what_the_company_has(self):
        self.company.write({"nir_retention_months": 7, "passport_max_attendees": 120})
        self.env["ir.config_parameter"].set_param(PARAMETER, "24")
        with Form(self.settings()) as form:
            self.assertEqual(form.company_id.id, self.company.id)
            self.assertEqual(form.company_registry, SIRET_OF_A)
            self.assertEqual((form.nir_retention_months, form.nir_unused_months), (7, 12))
            self.assertEqual(form.passport_max_attendees, 120)
            self.assertEqual(form.nir_log_months, 24)

    def test_saves_to_its_own_company_only(self):
        before = self.values_of(self.other_company)
        with Form(self.settings()) as form:
            form.nir_retention_months = 6
            form.nir_unused_months = 9
            form.nir_log_months = 18
            form.passport_max_attendees = 100
            form.passport_line_end = "lf"
            form.company_registry = SIRET_LA_POSTE
        self.assertEqual(
            self.values_of(self.company),
            {
                "nir_retention_months": 6,
                "nir_unused_months": 9,
                "passport_max_attendees": 100,
                "passport_max_attendees_form": 50,
                "passport_line_end": "lf",
                "company_registry": SIRET_LA_POSTE,
            },
        )
        self.assertEqual(self.values_of(self.other_company), before)
        self.assertEqual(self.env["ir.config_parameter"].get_param(PARAMETER), "18")

    def test_one_setting_alone_leaves_the_others(self):
        before = self.values_of(self.company)
        settings = self.settings().create({"nir_retention_months": 4})
        self.assertEqual(self.values_of(self.company), {**before, "nir_retention_months": 4})
        settings.write({"passport_max_attendees": 30})
        self.assertEqual(
            self.values_of(self.company),
            {**before, "nir_retention_months": 4, "passport_max_attendees": 30},
        )

    def test_company_of_the_moment(self):
        self.users["manager"].company_ids = [Command.link(self.other_company.id)]
        settings = self.settings().with_company(self.other_company)
        settings.create({"nir_retention_months": 11})
        self.assertEqual(self.other_company.nir_retention_months, 11)
        self.assertEqual(self.company.nir_retention_months, 3)

    def test_other_company_is_refused(self):
        before = self.values_of(self.other_company)
        for values in ({"company_id": self.other_company.id, "nir_retention_months": 99},):
            with self.assertRaises(AccessError):
                self.settings().create(values)
        settings = self.settings().create({})
        with self.assertRaises(AccessError):
            settings.write({"company_id": self.other_company.id, "nir_retention_months": 99})
        self.assertEqual(self.values_of(self.other_company), before)

    def test_others_are_refused(self):
        settings = self.settings().create({})
        before = self.values_of(self.company)
        for role in ROLES.keys() - {"manager"}:
            for name, call in [
                ("create", lambda settings: settings.create({"nir_retention_months": 99})),
                ("write", lambda settings: settings.write({"nir_retention_months": 99})),
                ("read", lambda settings: settings.read(["nir_key_primary"])),
                ("rotate", lambda settings: settings.action_rotate_nir_keys()),
            ]:
                with self.subTest(role=role, call=name), self.assertRaises(AccessError):
                    call(self.as_role(settings, role))
        self.assertEqual(self.values_of(self.company), before)

    def test_bad_values_are_refused(self):
        before = self.values_of(self.company)
        for values in (
            *({"passport_max_attendees": count} for count in (501, 0, -1)),
            *({"passport_max_attendees_form": count} for count in (51, 0, -1)),
            {"nir_retention_months": -1},
            {"nir_unused_months": 0},
            {"nir_unused_months": -1},
            {"nir_log_months": 11},
            {"nir_log_months": 0},
            {"nir_log_months": -1},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.settings().create(values)
            self.assertEqual(self.values_of(self.company), before)
            self.assertFalse(self.env["ir.config_parameter"].get_param(PARAMETER))

    def test_what_nobody_changed_is_not_written(self):
        """Closing the page may save it twice at once, in two transactions."""
        with Form(self.settings()) as form:
            form.nir_retention_months = 6
        self.assertFalse(self.env["ir.config_parameter"].get_param(PARAMETER))
        with Form(self.settings()) as form:
            form.nir_log_months = 18
        self.assertEqual(self.env["ir.config_parameter"].get_param(PARAMETER), "18")

    def test_wrong_numbers_of_the_body_are_told_at_once(self):
        settings = self.settings().with_context(lang="en_US")
        for values, told in (
            ({"company_registry": "81234567600018"}, "SIRET"),
            ({"company_registry": "812345676"}, "SIREN"),
            ({"passport_activity_number": "5335"}, "11 digits"),
            ({"passport_activity_number": "53A50000035"}, "11 digits"),
        ):
            with self.subTest(values=values):
                answer = settings.onchange(
                    {**values, "company_id": self.company.id},
                    list(values),
                    {fname: {} for fname in ("company_registry", "passport_activity_number")}
                    | {"body_faults": {}, "company_id": {}},
                )
                self.assertIn(told, answer["warning"]["message"])
                self.assertIn(told, answer["value"]["body_faults"])
        for number in ("53350000035", "53 35 00000 35", "53.35.00000.35", "942A1234567"):
            with self.subTest(number=number):
                self.company.passport_activity_number = number
                self.assertFalse(settings.create({}).body_faults)
        self.company.write({"passport_activity_number": False, "company_registry": False})
        self.assertEqual(len(settings.create({}).body_faults.splitlines()), 2)

    def test_each_is_the_company_s_own_field(self):
        """Declared once: called and explained as the company's, of the same kind."""
        company = self.env["res.company"]._fields
        for fname, field in self.env["passport.settings"]._fields.items():
            if fname in company and field.related:
                with self.subTest(field=fname):
                    self.assertEqual(field.related, f"company_id.{fname}")
                    self.assertEqual(field.type, company[fname].type)
                    self.assertFalse(field.readonly)
                    if fname != "company_registry":
                        self.assertEqual(field.string, company[fname].string)
                        self.assertEqual(field.help, company[fname].help)

    def test_tells_about_the_keys(self):
        settings = self.settings().with_context(lang="en_US")
        with patch.dict(os.environ, {VARIABLE: keys("new", "test")}):
            shown = settings.create({})
            self.assertEqual(shown.nir_key_source, "the environment of the server")
            self.assertEqual((shown.nir_key_primary, shown.nir_key_counts), ("new", "test: 2"))
            self.assertTrue(shown.nir_key_rotation_due)
            self.assertFalse(shown.nir_key_problems)
            told = str(shown.read())
            self.assertNotIn(key("test").split(":")[1], told)
            self.assertNotIn(key("new").split(":")[1], told)
        with patch.dict(os.environ, {VARIABLE: key("test")}):
            self.assertFalse(settings.create({}).nir_key_rotation_due)
        with patch.dict(os.environ, {VARIABLE: "nonsense"}), mute_logger(KEYS_LOGGER):
            shown = settings.create({})
            self.assertFalse(shown.nir_key_primary)
            self.assertIn("cannot be read", shown.nir_key_problems)

    def test_tells_of_neighbours_that_copy_numbers(self):
        """As OCA's auditlog does, which is not there in these tests: its rules are played."""
        fields_of = self.env["ir.model.fields"]._get
        rules = [
            SimpleNamespace(
                name=model,
                model_id=SimpleNamespace(model=model),
                fields_to_exclude_ids=fields_of("res.partner", "nir"),
            )
            for model in ("res.partner", "event.registration", "res.country", "gone.model")
        ]
        settings = self.settings().with_context(lang="en_US")
        self.assertFalse(settings.create({}).nir_copies)
        with patch.object(self.registry["passport.nir.copies"], "_rules", lambda copies: rules):
            shown = settings.create({})
            self.assertEqual(
                [text.split("”")[0] for text in shown.nir_copies.splitlines()],
                ["The audit rule “res.partner", "The audit rule “event.registration"],
            )
            shown.action_exclude_nir_copies()
            self.assertFalse(settings.create({}).nir_copies)
            for role in ("declarant", "user"):
                with self.assertRaises(AccessError):
                    self.as_role(shown, role).action_exclude_nir_copies()
        self.assertEqual(
            set(rules[0].fields_to_exclude_ids.mapped("name")), {"nir", "nir_entry", "nir_masked"}
        )

    def test_button_starts_the_rotation(self):
        cron = self.env.ref(CRON)
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self.settings().create({}).action_rotate_nir_keys()
        self.env.flush_all()
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before + 1)
