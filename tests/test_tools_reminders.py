import unittest

from odoo.addons.passeport_prevention.tools.reminders import due_threshold, parse_days


class TestReminders(unittest.TestCase):
    def test_days_are_read_strictly(self):
        for text, days in [
            ("90/30/7", (90, 30, 7)),
            (" 7 / 30/90 ", (90, 30, 7)),
            ("1", (1,)),
            ("730", (730,)),
            ("", ()),
            (None, ()),
            (False, ()),
        ]:
            with self.subTest(text=text):
                self.assertEqual(parse_days(text), days)
        for text in (
            "90,30",
            "90/",
            "/",
            "0/30",
            "-7",
            "+7",
            "731",
            "7.5",
            "30/30",
            "٣٠",
            "1e2",
            "seven",
            "9 0",
            "1/2/3/4/5/6/7",
        ):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_days(text)

    def test_each_threshold_is_due_once(self):
        days = (90, 30, 7)
        for left, sent, due in [
            (91, None, None),
            (90, None, 90),
            (90, 90, None),
            (31, 90, None),
            (30, 90, 30),
            (29, 30, None),
            (7, 30, 7),
            (0, 30, 7),
            (0, 7, None),
            (-1, None, None),
            # Late to the game: only the last of those passed.
            (20, None, 30),
            (20, 7, None),
        ]:
            with self.subTest(left=left, sent=sent):
                self.assertEqual(due_threshold(days, left, sent), due)
        self.assertIsNone(due_threshold((), 3))
