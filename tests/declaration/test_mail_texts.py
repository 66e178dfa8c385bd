from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo.tests import tagged

from ..common import MODULE, PassportCase

SCRIPT = Path(__file__).resolve().parents[2] / "migrations" / "19.0.2.0.0" / "post-mail-texts.py"
LINK = "/my/passport/statement"
OLD = "<p>Texte d'avant</p>"


@tagged("post_install", "-at_install", "passport")
class TestMailTexts(PassportCase):
    """E-mails of the version before: today's texts where nobody changed them, else what somebody wrote."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.template = cls.env.ref(f"{MODULE}.mail_template_employer_declares")
        for lang in ("en_US", "fr_FR"):
            cls.template.with_context(lang=lang).body_html = OLD

    def migrate(self, days):
        """Run the script on a template that was last written on so many days after it was made."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_template SET write_date = create_date + %s WHERE id = %s",
            (timedelta(days=days), self.template.id),
        )
        self.env.invalidate_all()
        spec = spec_from_file_location("post_mail_texts", SCRIPT)
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        return [self.template.with_context(lang=lang).body_html for lang in ("en_US", "fr_FR")]

    def test_untouched_ones_take_today_s_text_in_each_language(self):
        english, french = self.migrate(days=0)
        self.assertIn("Hello", english)
        self.assertIn("Bonjour", french)
        for body in (english, french):
            self.assertIn(LINK, body)

    def test_what_somebody_wrote_stays(self):
        self.assertEqual(self.migrate(days=3), [OLD, OLD])
