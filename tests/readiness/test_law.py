from datetime import date
from pathlib import Path

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import MODULE, PassportCase


@tagged("post_install", "-at_install", "passport")
class TestLaw(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.law = cls.env["passport.law"]
        cls.rules = cls.env["passport.law.rule"]

    def rule(self, name):
        return self.env.ref(f"{MODULE}.passport_law_rule_{name}")

    def test_each_day_has_its_law(self):
        for day, codes in [
            ("2025-08-31", {"passport", "nir_allowed"}),
            ("2025-09-01", {"passport", "nir_allowed", "body_declares", "sanction_body"}),
            ("2026-11-15", {"passport", "nir_allowed", "body_declares", "sanction_body"}),
            (
                "2026-11-16",
                {"passport", "nir_allowed", "body_declares", "sanction_body", "rs_by_certifier"},
            ),
        ]:
            law = self.law._on(date.fromisoformat(day))
            known = set(self.rules.search([]).mapped("code"))
            with self.subTest(day=day):
                self.assertEqual({code for code in known if law.holds(code)}, codes)

    def test_an_article_that_was_rewritten(self):
        before, after = (self.law._on(date(2026, 6, day)) for day in (26, 27))
        self.assertNotEqual(before.text("passport"), after.text("passport"))
        self.assertIn("2021-1018", before.source("passport"))
        self.assertIn("2026-534", after.source("passport"))

    def test_today_by_default(self):
        self.assertFalse(self.law._on().holds("rs_by_certifier"))
        self.assertEqual(self.law._on().text("unknown"), "")

    def test_periods(self):
        self.assertEqual(self.law._since("body_declares"), date(2025, 9, 1))
        self.assertEqual(self.law._periods("rs_by_certifier"), [(date(2026, 11, 16), None)])
        self.assertIsNone(self.law._since("unknown"))

    def test_sources_are_named(self):
        sources = " ".join(self.rules.search([]).mapped("source"))
        for text in ("2021-1018", "2022-1712", "2025-748", "2026-496", "2026-534", "2019-341"):
            self.assertIn(text, sources)

    def test_a_change_is_known_at_once(self):
        rule = self.as_role(self.rule("rs_by_certifier"), "manager")
        rule.date_from = "2026-10-01"
        self.assertEqual(self.law._since("rs_by_certifier"), date(2026, 10, 1))
        rule.active = False
        self.assertIsNone(self.law._since("rs_by_certifier"))

    def test_no_query_once_it_is_known(self):
        self.law._on()
        self.assertEqual(self.queries_of(self.law._on), 0)

    def test_rules_of_a_code_share_no_day(self):
        with self.assertRaises(ValidationError):
            self.rule("passport").date_to = "2026-06-27"
        with self.assertRaises(ValidationError):
            self.rule("body_declares").date_to = "2025-08-31"
        self.rule("passport").active = False
        self.rule("passport").date_to = "2026-06-28"

    def test_shipped_rules_are_archived_not_deleted(self):
        rule = self.as_role(self.rule("sanction_body"), "manager")
        with self.assertRaises(UserError):
            rule.unlink()
        own = rule.create(
            {"code": "own", "name": "Own", "date_from": "2026-01-01", "source": "A text"}
        )
        own.unlink()
        self.assertFalse(own.exists())

    def test_only_managers_change_the_law(self):
        for role in ("user", "declarant", "sales", "event", "internal"):
            rule = self.as_role(self.rule("sanction_body"), role)
            self.assertTrue(rule.text)
            with self.subTest(role=role), self.assertRaises(AccessError):
                rule.text = "x"

    def test_no_date_of_law_in_python(self):
        root = Path(__file__).parents[2]
        for room in ("models", "wizards", "controllers", "report", "tools"):
            for path in (root / room).rglob("*.py"):
                with self.subTest(path=path.relative_to(root)):
                    code = path.read_text(encoding="utf-8")
                    self.assertNotRegex(
                        code, r"date\(20[0-9]{2}|[\"']20[0-9]{2}-[0-9]{2}-[0-9]{2}[\"']"
                    )
