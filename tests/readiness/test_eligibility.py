from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...tools import eligibility
from ..common import PassportCase

YES = {"aims_prevention": "yes", "gives_proof": "yes", "is_transferable": "yes"}
COMPLETE = {**YES, "exclusion": "none", "result": "attest", "deliverer": "own", "category": "3"}


@tagged("post_install", "-at_install", "passport")
class TestEligibilityWizard(PassportCase):
    def wizard(self, role="sales", product=None, **values):
        simulator = self.as_role(self.env["passport.eligibility"], role).with_context(lang="en_US")
        if product:
            simulator = simulator.with_context(default_product_tmpl_id=product.id)
        return simulator.create(values)

    def test_alone_by_a_salesperson(self):
        with Form(self.as_role(self.env["passport.eligibility"], "sales")) as form:
            self.assertEqual(form.state, "open")
            for question, answer in COMPLETE.items():
                setattr(form, question, answer)
            form.reference_date = "2026-09-10"
            self.assertEqual((form.state, form.document), ("eligible", "adf"))
            self.assertEqual(str(form.deadline), "2027-03-31")
            self.assertEqual(form.obligation, "mandatory")
            self.assertFalse(form.can_fill)

    def test_deadlines_come_from_the_rules(self):
        for category, day, deadline, obligation in [
            ("3", "2026-06-30", "2026-12-31", "voluntary"),
            ("3", "2026-07-01", "2027-03-31", "mandatory"),
            ("1", "2026-06-30", "2026-12-31", "mandatory"),
            ("1", "2025-08-31", "", "voluntary"),
            ("4", "2027-01-01", "2027-06-30", "mandatory"),
        ]:
            wizard = self.wizard(**{**COMPLETE, "category": category, "reference_date": day})
            with self.subTest(category=category, day=day):
                self.assertEqual(str(wizard.deadline or ""), deadline)
                self.assertEqual(wizard.obligation, obligation)
                self.assertIn(
                    "2025" if category in "12" else "2026", wizard.obligation_text, "since when"
                )
        rule = self.env.ref("passeport_prevention.passport_deadline_rule_2026")
        rule.months_after_quarter = 9
        wizard = self.wizard(**{**COMPLETE, "reference_date": "2026-07-01"})
        self.assertEqual(str(wizard.deadline), "2027-06-30")
        self.assertEqual(wizard.deadline_source, rule.with_context(lang="en_US").source)

    def test_answer_cites_the_rule(self):
        for values, state, article in [
            (COMPLETE, "eligible", "L.4141-5"),
            ({"aims_prevention": "no"}, "excluded", "L.4121-1"),
            ({**COMPLETE, "exclusion": "safe_execution"}, "excluded", "R.4141-13"),
            ({**COMPLETE, "exclusion": "cse"}, "excluded", "L.2315-18"),
            (
                {**COMPLETE, "exclusion": "people_and_goods", "exception": "yes"},
                "eligible",
                "R.4224-15",
            ),
            ({**COMPLETE, "deliverer": "other"}, "other", "L.4141-5"),
        ]:
            wizard = self.wizard(**values)
            with self.subTest(values=values):
                self.assertEqual(wizard.state, state)
                self.assertIn(article, wizard.reasons)

    def test_family_is_suggested_and_answers(self):
        with Form(self.as_role(self.env["passport.eligibility"], "sales")) as form:
            form.title = "Formation CACES R489 catégorie 3"
            suggested = self.env["training.family"].browse(form.suggested_family_ids.ids)
            self.assertTrue(suggested)
            self.assertLessEqual(len(suggested), 5)
            family = suggested[0]
            form.family_id = family
            self.assertEqual(form.aims_prevention, "yes")
            self.assertEqual(form.category, family.passport_category)
            form.deliverer = "own"
            self.assertEqual((form.state, form.document), ("eligible", family.passport_document))

    def test_fills_the_training(self):
        training = self.env["product.template"].create(
            {"name": "Gestes et postures", "type": "service", "service_tracking": "event"}
        )
        action = self.as_role(training, "declarant").action_passport_eligibility()
        self.assertEqual(action["context"]["default_product_tmpl_id"], training.id)
        wizard = self.wizard("declarant", training, **{**COMPLETE, "result": "assess"})
        self.assertEqual(wizard.title, "Gestes et postures")
        self.assertTrue(wizard.can_fill)
        action = wizard.action_fill_training()
        self.assertEqual((action["res_model"], action["res_id"]), (training._name, training.id))
        self.env.invalidate_all()
        self.assertTrue(training.passport_eligible)
        self.assertEqual(training.passport_category, "3")
        self.assertEqual(training.passport_document, "jdr")
        self.assertFalse(training.passport_exclusion)
        # Opened again, it knows the answers; a change of mind is written too.
        again = self.wizard("declarant", training, exclusion="trainer")
        self.assertEqual((again.aims_prevention, again.result), ("yes", "assess"))
        self.assertEqual(again.state, "excluded")
        again.action_fill_training()
        self.assertEqual(training.passport_exclusion, "trainer")
        self.assertFalse(training.passport_eligible)

    def test_family_fills_the_training(self):
        training = self.env["product.template"].create(
            {"name": "SST", "type": "service", "service_tracking": "event"}
        )
        family = self.env["training.family"]._suggest("SST")[:1]
        wizard = self.wizard("declarant", training, **COMPLETE, family_id=family.id)
        wizard.action_fill_training()
        self.assertEqual(training.passport_family_id, family)
        self.assertEqual(training.rome_code_ids, family.rome_code_ids)

    def test_an_exception_leaves_no_exclusion(self):
        wizard = self.wizard(
            "declarant",
            self.training,
            **{**COMPLETE, "exclusion": "people_and_goods", "exception": "yes"},
        )
        wizard.action_fill_training()
        self.assertFalse(self.training.passport_exclusion)
        self.assertTrue(self.training.passport_eligible)

    def test_open_questions_fill_nothing(self):
        training = self.env["product.template"].create(
            {"name": "Vide", "type": "service", "service_tracking": "event"}
        )
        wizard = self.wizard("declarant", training, aims_prevention="yes")
        self.assertFalse(wizard.can_fill)
        with self.assertRaises(UserError):
            wizard.action_fill_training()
        with self.assertRaises(UserError):
            self.wizard("declarant", **COMPLETE).action_fill_training()
        self.assertFalse(training.passport_aims_prevention)

    def test_who_may(self):
        for role in ("user", "sales", "declarant", "manager"):
            with self.subTest(role=role):
                self.assertEqual(self.wizard(role, **COMPLETE).state, "eligible")
        for role in ("event", "internal", "portal"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.wizard(role, **COMPLETE)

    def test_others_do_not_fill(self):
        for role in ("user", "sales"):
            wizard = self.wizard(role, self.training, **{**COMPLETE, "category": "1"})
            with self.subTest(role=role):
                self.assertFalse(wizard.can_fill)
                with self.assertRaises(AccessError):
                    wizard.action_fill_training()
        self.assertEqual(self.training.passport_category, "3")

    def test_menus(self):
        names = ("passport_menu_eligibility", "passport_menu_eligibility_event")
        passport, event = (self.env.ref(f"passeport_prevention.{name}").id for name in names)
        for role, menus in [("user", {passport}), ("sales", {event}), ("event", set())]:
            with self.subTest(role=role):
                self.assertEqual(self.shown_menus(self.users[role]) & {passport, event}, menus)

    def shown_menus(self, user):
        """Return the ids of the menus a user finds from the top."""
        menus = self.env["ir.ui.menu"].with_user(user)
        visible = menus._visible_menu_ids()
        return {
            menu.id
            for menu in menus.sudo().browse(visible)
            if visible.issuperset(map(int, menu.parent_path.split("/")[:-1]))
        }

    def test_reasons_have_texts(self):
        texts = self.env["passport.eligibility"]._reason_texts()
        self.assertEqual(set(texts), set(eligibility.REASONS))
