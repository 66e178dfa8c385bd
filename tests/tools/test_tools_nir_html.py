from time import process_time
from unittest import TestCase

from ...tools.nir_html import hide_numbers_in_html

NUMBER = "1 85 04 75 006 084 23"


class TestNirHtml(TestCase):
    def test_hidden_wherever_tags_stand(self):
        for body, expected in (
            (f"<p>Voici : {NUMBER}.</p>", "<p>Voici : •••.</p>"),
            ("<p>1 85 <b>04</b> 75 006 084&nbsp;23</p>", "<p>•••<b></b></p>"),
            ("1<i>8</i>5<b>04</b>75006084 <!-- x -->23", "•••<i></i><b></b><!-- x -->"),
            (f"{NUMBER}<br>06 12 34 56 78", "•••<br>06 12 34 56 78"),
            (f"{NUMBER}, {NUMBER}", "•••, •••"),
            (f"a < b {NUMBER} > c", "a < b ••• > c"),
            (f"<a <b>{NUMBER}</b> <a", "<a <b>•••</b> <a"),
            (f'<img alt="{NUMBER}">', '<img alt="•••">'),
            ('<a href="mailto:185047500608423@x.fr">', '<a href="mailto:•••@x.fr">'),
        ):
            with self.subTest(body=body):
                self.assertEqual(hide_numbers_in_html(body), expected)

    def test_left_alone(self):
        for body in (
            "",
            "<p>06 12 34 56 78, SIRET 628 412 000 00017, le 09/09/2026</p>",
            "<tr><td>1850475</td><td>006084</td></tr>",
            '<a href="https://of.example/185047500608423">x</a>',
            "<p>" + "12 345 67 " * 50 + "</p>",
        ):
            with self.subTest(body=body):
                self.assertEqual(hide_numbers_in_html(body), body)
        self.assertEqual(hide_numbers_in_html(None), "")

    def test_time_does_not_grow_with_the_square(self):
        for piece in ("<", "<a ", "<!--", "<p>", "<a title='", f"{NUMBER}<b>", "title="):
            with self.subTest(piece=piece):
                text = piece * (150_000 // len(piece))
                start = process_time()
                self.assertIn("•••", hide_numbers_in_html(f"{text} {NUMBER}"))
                self.assertLess(process_time() - start, 5)
