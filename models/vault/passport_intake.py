from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools import nir
from ...tools.nir_html import hide_numbers_in_html
from ...tools.nir_text import hide_numbers, holds_number

TEXT_TYPES = {"char", "text", "html"}
# Fields that users add to records themselves.
OWN_TYPES = {"properties", "properties_definition"}
# What of such a field is no text of anybody.
MADE_KEYS = {"name", "type", "comodel", "domain"}
# Other numbers stand in these: refused where the whole of it is a NIR with its right key, and so no other.
NUMBER_FIELDS = {
    "barcode",
    "company_registry",
    "default_code",
    "global_location_number",
    "peppol_endpoint",
    "phone",
    "vat",
}
# Made by programs, or the field where a NIR belongs.
LEFT_ALONE = {"access_token", "nir", "nir_entry", "typed_fields"}
FULL_LENGTH = 15


class PassportIntake(models.AbstractModel):
    """Refuses a NIR in a text that is typed: a name, an e-mail address, a remark, a reference.

    It would be kept in clear, and read by everybody who reads the record. What is typed is refused and
    stays on the screen of who typed it; what others send (messages, mails, answers) is kept without it,
    see ``passport.masking``.
    """

    _name = "passport.intake"
    _description = "Numbers Typed Where None Belongs"

    @api.model
    def _creating(self, model, vals_list):
        """Refuse numbers in the values of new records of ``model``.

        :raises ValidationError: names the record and the field, never what was typed
        """
        for vals in vals_list:
            self._check(model.browse(), vals)

    @api.model
    def _writing(self, records, vals):
        """Refuse numbers in what is written on ``records``, as ``_creating`` does."""
        self._check(records, vals)

    @api.model
    def _check(self, records, vals):
        for fname, value in vals.items():
            if not self._is_fit(records, fname, value):
                raise ValidationError(self._text(records, vals, fname))

    @api.model
    def _is_fit(self, model, fname, value):
        """Tell whether a value may be written into a field of ``model``."""
        return not value or not self._is_number(model._fields.get(fname), value)

    @api.model
    def _is_number(self, field, value):
        if field is None or field.name in LEFT_ALONE:
            return False
        if field.type in OWN_TYPES:
            return any(map(holds_number, _texts_in(value)))
        if field.type not in TEXT_TYPES:
            return False
        text = str(value)
        if field.name in NUMBER_FIELDS:
            parsed = nir.parse(text)
            return parsed.is_valid and len(parsed.body + parsed.key) == FULL_LENGTH
        if field.type == "html":
            return hide_numbers_in_html(text) != text
        return holds_number(text)

    @api.model
    def _text(self, records, vals, fname):
        name = hide_numbers(records[:1].display_name or vals.get("name"))
        values = {"name": name, "field": self._label(records, fname)}
        if not name:
            return self.env._(
                "“%(field)s” holds a social security number, which everybody could read there. Take it out; "
                "a number is entered in “Enter the NIR”, on the contact or the registration.",
                **values,
            )
        return self.env._(
            "%(name)s: “%(field)s” holds a social security number, which everybody could read there. Take it "
            "out; a number is entered in “Enter the NIR”, on the contact or the registration.",
            **values,
        )

    @api.model
    def _label(self, records, fname):
        return records.fields_get([fname], ["string"]).get(fname, {}).get("string") or fname


def _texts_in(value):
    """Yield the texts in the values, or in the definition, of fields that users added."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        is_described = "type" in value
        for key, part in value.items():
            if not (is_described and key in MADE_KEYS):
                yield from _texts_in(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts_in(part)
