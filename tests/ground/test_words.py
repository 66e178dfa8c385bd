from datetime import date

from odoo.tests import tagged

from ..common import PassportCase


@tagged("post_install", "-at_install", "passport")
class TestWords(PassportCase):
    def test_a_day_in_words(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("en_US")
        for lang, day, text in (
            ("fr_FR", date(2026, 7, 1), "1er juillet 2026"),
            ("fr_FR", date(2026, 7, 11), "11 juillet 2026"),
            ("en_US", date(2026, 7, 1), "1 July 2026"),
        ):
            with self.subTest(lang=lang, day=day):
                self.assertEqual(self.env["passport.words"].with_context(lang=lang)._day(day), text)
