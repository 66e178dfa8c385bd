from odoo import api, models
from odoo.tools import format_date


class PassportWords(models.AbstractModel):
    """Is this one, or several? The one place that knows how a language counts.

    Odoo's translations have no plurals: whoever counts writes both sentences and asks here.
    """

    _name = "passport.words"
    _description = "Words that Count"

    @api.model
    def _is_one(self, number):
        """Tell whether ``number`` of something takes the singular in the language at hand.

        In French everything below two does (0 heure, 1,5 heure), in English one alone.
        """
        if (self.env.lang or "").startswith("fr"):
            return abs(number) < 2
        return number == 1

    @api.model
    def _day(self, day):
        """Return a day in words, ``14 juillet 2026``; in French the first of a month is its ``1er``."""
        text = format_date(self.env, day, date_format="d MMMM yyyy")
        if (self.env.lang or "").startswith("fr") and text.startswith("1 "):
            return f"1er{text[1:]}"
        return text
