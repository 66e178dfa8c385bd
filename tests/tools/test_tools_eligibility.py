from dataclasses import replace
from itertools import product
from unittest import TestCase

from ...tools import alert_days, eligibility
from ...tools.eligibility import Answers, verdict

COMPLETE = Answers("yes", "yes", "yes", "none", None, "attest", "own")


class TestEligibility(TestCase):
    def test_eligible(self):
        for result, document in [("attest", "adf"), ("assess", "jdr")]:
            found = verdict(replace(COMPLETE, result=result))
            with self.subTest(result=result):
                self.assertEqual((found.state, found.document), ("eligible", document))
                self.assertEqual(
                    found.reasons,
                    (
                        "aims_prevention",
                        "gives_proof",
                        "is_transferable",
                        f"document_{document}",
                        "declared_by_us",
                    ),
                )

    def test_one_no_decides_whatever_is_open(self):
        for question, reason in [
            ("aims_prevention", "no_prevention"),
            ("gives_proof", "no_proof"),
            ("is_transferable", "not_transferable"),
        ]:
            for answers in (COMPLETE, Answers()):
                found = verdict(replace(answers, **{question: "no"}))
                with self.subTest(question=question):
                    self.assertEqual((found.state, found.reasons), ("excluded", (reason,)))

    def test_exclusions(self):
        for exclusion in eligibility.EXCLUSIONS:
            for exception, state in [
                (None, "open" if exclusion in eligibility.WITH_EXCEPTIONS else "excluded"),
                ("no", "excluded"),
                ("yes", "eligible" if exclusion in eligibility.WITH_EXCEPTIONS else "excluded"),
            ]:
                found = verdict(replace(COMPLETE, exclusion=exclusion, exception=exception))
                with self.subTest(exclusion=exclusion, exception=exception):
                    self.assertEqual(found.state, state)
                    if state == "excluded":
                        self.assertEqual(found.reasons, (exclusion,))
                    if state == "eligible":
                        self.assertIn(f"{exclusion}_exception", found.reasons)

    def test_who_delivers(self):
        for deliverer, state, reason in [
            ("own", "eligible", "declared_by_us"),
            ("subcontractor", "eligible", "declared_by_us_for_subcontractor"),
            ("other", "other", "declared_by_other_body"),
        ]:
            found = verdict(replace(COMPLETE, deliverer=deliverer))
            with self.subTest(deliverer=deliverer):
                self.assertEqual((found.state, found.reasons[-1]), (state, reason))

    def test_open_until_all_is_answered(self):
        for question in ("aims_prevention", "gives_proof", "is_transferable", "exclusion"):
            self.assertEqual(verdict(replace(COMPLETE, **{question: None})).state, "open")
        for question in ("result", "deliverer"):
            self.assertEqual(verdict(replace(COMPLETE, **{question: None})).state, "open")
        self.assertEqual(verdict(Answers()), eligibility.Verdict("open"))

    def test_every_combination_has_a_verdict_whose_reasons_are_known(self):
        answers = ("yes", "no", None)
        used = set()
        for combination in product(
            answers,
            answers,
            answers,
            ("none", *eligibility.EXCLUSIONS, None),
            answers,
            ("attest", "assess", None),
            (*eligibility.DELIVERERS, None),
        ):
            found = verdict(Answers(*combination))
            used.update(found.reasons)
            self.assertIn(found.state, ("open", "excluded", "eligible", "other"))
            self.assertEqual(
                found.state == "excluded",
                len(found.reasons) == 1
                and found.reasons[0]
                in {"no_prevention", "no_proof", "not_transferable", *eligibility.EXCLUSIONS},
            )
            if found.state in ("eligible", "other"):
                self.assertTrue(found.document)
        self.assertEqual(used, set(eligibility.REASONS))

    def test_the_rule_is_cited(self):
        for code, article in [
            ("aims_prevention", "L.4121-1"),
            ("safe_execution", "R.4141-13"),
            ("people_and_goods", "R.4224-15"),
            ("cse", "L.2315-18"),
        ]:
            self.assertIn(article, eligibility.REASONS[code].articles)


class TestAlertDays(TestCase):
    def test_parse(self):
        for text, days in [
            ("60/30/7", (60, 30, 7)),
            ("7/60/30", (60, 30, 7)),
            (" 90 / 0 ", (90, 0)),
            ("365", (365,)),
            ("", ()),
            ("  ", ()),
            (None, ()),
            (False, ()),
        ]:
            with self.subTest(text=text):
                self.assertEqual(alert_days.parse(text), days)

    def test_anything_else_is_refused(self):
        for text in (
            "60/",
            "/",
            "60//7",
            "a",
            "60,30",
            "60 30",
            "-7",
            "7.5",
            "366",
            "1000",
            "30/30",
            "30/030",
            "٣٠",
            "1e2",
            "60/30/x",
        ):
            with self.subTest(text=text), self.assertRaises(ValueError):
                alert_days.parse(text)

    def test_threshold(self):
        days = (60, 30, 7)
        for left, threshold in [
            (61, None),
            (60, 60),
            (31, 60),
            (30, 30),
            (8, 30),
            (7, 7),
            (0, 7),
            (-400, 7),
        ]:
            with self.subTest(left=left):
                self.assertEqual(alert_days.threshold(left, days), threshold)
        self.assertIsNone(alert_days.threshold(0, ()))
