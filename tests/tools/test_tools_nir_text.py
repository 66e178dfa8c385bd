import time
from datetime import date
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from ...tools import nir, nir_text
from ...tools.nir_text import find_numbers, hide_numbers, holds_number

BODY = "1850475006084"
NUMBER = BODY + nir.control_key(BODY)
CORSICAN = "285042A006084" + nir.control_key("285042A006084")
CUTS = (1, 3, 5, 7, 10, 13)
SEPARATORS = (" ", "  ", ".", "-", "/", "_", "\t", " - ", "\u00a0", "\u202f", "\u2009")
SEPARATORS += ("\u200b", "\u2060", "\u00ad", "\u2011", "\u2013", "·")

digits = st.sampled_from("0123456789")
departments = st.integers(1, 95).map("{:02d}".format) | st.sampled_from(("2A", "2B", "97", "99"))
bodies = st.builds(
    lambda sex, year, month, department, rest: f"{sex}{year:02d}{month:02d}{department}{rest:06d}",
    st.sampled_from("12"),
    st.integers(0, 99),
    st.integers(1, 12),
    departments,
    st.integers(1001, 999_999),
)
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
glued = st.sampled_from(("", "NIR", "n°", "a", " ", "x ", "B", "é", "_", ":", "="))


def cut(number, positions, separators):
    """Put a separator before each of the positions."""
    return "".join(
        (separators[position % len(separators)] if position in positions else "") + char
        for position, char in enumerate(number)
    )


class TestFound(TestCase):
    def test_ways_to_write_a_number(self):
        for text, shown in [
            (NUMBER, "•••"),
            (BODY, "•••"),
            (f"NIR {NUMBER} inconnu", "NIR ••• inconnu"),
            (f"NIR {BODY}, 1 85 04 75 006 084 12 et", "NIR •••, ••• et"),
            (f"NIR{NUMBER}", "NIR•••"),
            (f"x{CORSICAN}y", "x•••y"),
            ("1.85.04.75.006.084/23", "•••"),
            ("2.88.12.35.238.077.34", "•••"),
            ("2900229019012-74", "•••"),
            ("185042A006084 en Corse", "••• en Corse"),
            ("1 85 04 2 A 006 084", "•••"),
            ("1\u00a085\u202f04 75\u00a0006 084", "•••"),
            ("1\u200b85\u200b04\u200b75\u200b006\u200b084", "•••"),
            ("1_85_04_75_006_084", "•••"),
            (cut(NUMBER, (3, 6, 9, 12), " "), "•••"),
            (cut(NUMBER, range(1, 15), "-"), "•••"),
            (cut(NUMBER, CUTS, ";"), "•••"),
            # As programs write a space in a representation, an address, a page.
            (r"1\xa085\u202f04\t75 006 084", "•••"),
            ("?q=1%2085%2004%2075%20006%20084", "?q=•••"),
            ("1&nbsp;85&#160;04&nbsp;75&nbsp;006&nbsp;084", "•••"),
            # Digits of other scripts.
            ("１８５０４７５００６０８４", "•••"),
            # A digit too few, or some too many.
            (NUMBER[:14], "•••"),
            ("18504750060842399", "•••"),
            (f"2026{NUMBER}", "•••"),
            # One whose last digit is a barcode's by chance, too, and one whose digits are an IMEI's.
            ("1850475006088", "•••"),
            ("185047500608417", "•••"),
            # Among other numbers.
            (f"06 12 34 56 78 {NUMBER}", "06 12 34 56 78 •••"),
            (f"{BODY} 06 12 34 56 78", "••• 06 12 34 56 78"),
            (f"26/11/2026 {NUMBER} 78945612600018", "26/11/2026 ••• 78945612600018"),
            (f"{NUMBER}\n{CORSICAN}", "•••\n•••"),
        ]:
            with self.subTest(text=text):
                self.assertEqual(hide_numbers(text), shown)
                self.assertTrue(holds_number(text))

    def test_left_alone(self):
        for text in (
            "",
            "6e3c1f0a-9d3b-4c55-8a59-1d8f7a0c2b11",
            "18504750-0608-4590-8000-000000000001",
            "DEC-2026-00012, le 15/10/2026 à 09:30",
            "12345678901234567890",
            "78945612600018",
            "789 456 126 00018",
            "SIRET 000 628 412 00017 2 lignes",
            "130 025 265 00013 et 13002526500013",
            "Erreur E1204 : +33 6 12 34 56 78 / 06 12 34 56 78",
            "+33 4 68 68 43 68 / 04 68 68 43 68",  # its first digits have the right key
            "33612345678 puis 0033612345678",
            "FR76 3000 6000 0112 3456 7890 189",
            "FR7630006000011234567890189",
            "30006 00001 12345678901 89",
            "2026-11-26 09:45:00,123",
            "2021-11-10 12.30 20211126094500",
            "15436/42854/31802",
            "121638/101856/100234",
            "9782070368228",
            "[3017620422003] Pâte, 4006381333931 et 2503750060846",  # barcodes of articles
            "Téléphone, IMEI 356938035643809",
            "profile.php?id=615512345678901",  # no sex begins so
            "res.partner(1234567, 1234568)",
        ):
            with self.subTest(text=text):
                self.assertEqual(hide_numbers(text), text)
                self.assertFalse(holds_number(text))
        self.assertEqual(hide_numbers(None), "")

    def test_where_and_what(self):
        text = f"a 1 85 04 75 006 084, b{CORSICAN}"
        self.assertEqual(
            [(found.start, found.end, found.number) for found in find_numbers(text)],
            [(2, 20, BODY), (23, 38, CORSICAN)],
        )

    def test_what_was_found_does_not_show(self):
        self.assertNotIn("85", repr(find_numbers(NUMBER)))

    def test_the_mark_can_be_chosen(self):
        self.assertEqual(hide_numbers(f"a {NUMBER}", "***"), "a ***")

    def test_time_grows_with_the_length_only(self):
        for piece in (
            *("1", "1 ", "1-", "1\u200b", "\u200b", " ", "2A", "1 85 04 ", NUMBER, BODY + " "),
            *(
                "12/12/",
                "0612345678 ",
                "FR76 ",
                "1\\xa0",
                "\\x",
                "12345678901234 ",
                "78945612600018",
            ),
            *("1;85;", "AA11", "a-1-", "+33 6 ", "1111-11-11 "),
        ):
            with self.subTest(piece=piece):
                text = (piece * 20_000)[:20_000]
                started = time.process_time()
                find_numbers(text)
                self.assertLess(time.process_time() - started, 1.5)


class TestProperties(TestCase):
    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(bodies, st.booleans(), st.lists(st.sampled_from(SEPARATORS), min_size=1), glued, glued)
    def test_printed_numbers_are_found(self, body, with_key, separators, before, after):
        number = body + (nir.control_key(body) if with_key else "")
        text = f"{before}{cut(number, CUTS, separators)}{after}"
        self.assertEqual(hide_numbers(text), f"{before}•••{after}", repr(text))

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(
        bodies,
        st.sets(st.integers(1, 14)),
        st.lists(st.sampled_from(SEPARATORS), min_size=1),
        glued,
        glued,
    )
    def test_a_right_key_tells_however_it_is_cut(self, body, cuts, separators, before, after):
        number = cut(body + nir.control_key(body), cuts, separators)
        self.assertEqual(hide_numbers(f"{before}{number}{after}"), f"{before}•••{after}")

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(st.text(st.characters() | digits | st.sampled_from("AB -./\\x0a%20;,")))
    def test_any_text_is_read_and_nothing_is_left_to_find(self, text):
        shown = hide_numbers(text)
        self.assertEqual(hide_numbers(shown), shown)
        ends = [0]
        for found in find_numbers(text):
            self.assertGreaterEqual(found.start, ends[-1])
            ends.append(found.end)
        self.assertEqual(shown.count(nir_text.HIDDEN), text.count("•••") + len(ends) - 1)

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(days, st.lists(st.integers(0, 99), min_size=4, max_size=4), st.integers(1, 9))
    def test_dates_and_telephones_are_left(self, day, pairs, first):
        phone = f"0{first}" + "".join(f" {pair:02d}" for pair in pairs)
        for text in (
            f"{day:%d/%m/%Y} {phone}",
            f"{phone.replace(' ', '.')} {day:%Y-%m-%d}",
            f"+33 {phone[1:]} / {phone}",
            f"{phone.replace(' ', '')} {day:%d-%m-%Y}",
            f"du {day:%d/%m/%Y} au {day:%d/%m/%Y}",
        ):
            self.assertEqual(hide_numbers(text), text)
