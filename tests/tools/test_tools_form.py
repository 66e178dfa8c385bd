from unittest import TestCase

from ...tools import form_token
from ...tools.intervals import parse_days


class TestIntervals(TestCase):
    def test_rising_days(self):
        for text, expected in (
            ("7/14", (7, 14)),
            (" 7 / 14 ", (7, 14)),
            ("365", (365,)),
            ("1/2/3/4/5/6", (1, 2, 3, 4, 5, 6)),
            ("", ()),
            ("  ", ()),
            (None, ()),
            (False, ()),
        ):
            with self.subTest(text=text):
                self.assertEqual(parse_days(text), expected)

    def test_all_else_is_refused(self):
        for text in (
            "7,14",
            "14/7",
            "7/7",
            "0/7",
            "-7",
            "7.5",
            "7/",
            "/7",
            "7//14",
            "366",
            "1000",
            "07",
            "٧",
            "seven",
            "7 14",
            "1/2/3/4/5/6/7",
        ):
            with self.subTest(text=text), self.assertRaises(ValueError):
                parse_days(text)


class TestFormToken(TestCase):
    def test_selectors_differ_and_fit_an_address(self):
        selectors = {form_token.new_selector() for _ in range(1000)}
        self.assertEqual(len(selectors), 1000)
        for selector in selectors:
            self.assertRegex(selector, r"^[\w-]{16}$")

    def test_token_of_a_selector(self):
        selector = form_token.new_selector()
        token = form_token.join(selector, bytes(range(32)))
        self.assertEqual(len(token), 40)
        self.assertEqual(form_token.selector_of(token), selector)

    def test_what_is_no_token(self):
        for text in (None, 7, "", "A" * 39, "A" * 41, "A" * 39 + "é", "A" * 39 + "\n", "../" * 14):
            with self.subTest(text=text):
                self.assertIsNone(form_token.selector_of(text))

    def test_address_takes_the_place_of_the_stand_in_in_links_only(self):
        stand_in = f"https://of.example{form_token.STAND_IN}"
        address = "https://of.example/passeport/f/x"
        for body, expected in (
            (f'<a href="{stand_in}">x</a>', f'<a href="{address}">x</a>'),
            (f"<A class='b' HREF = '{stand_in}'>x</A>", f"<A class='b' HREF = '{address}'>x</A>"),
            (f'<a href="https://spy.example/?{stand_in}">', f'<a href="{address}">'),
            (f'<img src="{stand_in}">', None),
            (f"<p>{stand_in}</p>", None),
            (f'<abbr href="{stand_in}">', None),
            ('<a href="https://of.example/passeport/lien">', None),
            ("", None),
        ):
            with self.subTest(body=body):
                self.assertEqual(
                    form_token.put_address(body, address), body if expected is None else expected
                )
