import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.text import fold, forbidden_characters

# What a code of each nomenclature looks like in the portal's import file.
CODE_SHAPES = {
    "formacode": re.compile(r"[0-9]{5}", re.ASCII),
    "nsf": re.compile(r"[0-9]{3}[a-z]?", re.ASCII),
    "rome": re.compile(r"[0-9]{4,6}", re.ASCII),
    "rs": re.compile(r"RS[0-9]{1,7}", re.ASCII),
}


class TrainingCode(models.Model):
    """A code of an official nomenclature, shared by all companies."""

    _name = "training.code"
    _description = "Training Code"
    _order = "nomenclature, code"
    _rec_names_search = ["code", "name"]

    nomenclature = fields.Selection(
        [
            ("formacode", "Formacode"),
            ("nsf", "NSF speciality"),
            ("rome", "ROME competence"),
            ("rs", "RS certification"),
        ],
        required=True,
        index=True,
    )
    code = fields.Char(required=True, help="The code alone, as the portal's import file wants it.")
    name = fields.Char(string="Label", required=True)
    valid_until = fields.Date(
        string="Registered Until",
        help="Last day of the certification's registration at France compétences.",
    )
    search_key = fields.Char(compute="_compute_search_key", store=True, index="trigram")
    active = fields.Boolean(
        default=True,
        help="An archived code is no longer proposed; trainings that use it keep it.",
    )

    _code_unique = models.UniqueIndex(
        "(nomenclature, code)", "This code already exists in this nomenclature."
    )

    @api.depends("code", "name")
    def _compute_search_key(self):
        for record in self:
            record.search_key = fold(f"{record.code or ''} {record.name or ''}")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.code} – {record.name}" if record.code else record.name

    @api.constrains("nomenclature", "code", "name")
    def _check_code(self):
        for record in self:
            if not CODE_SHAPES[record.nomenclature].fullmatch(record.code):
                raise ValidationError(
                    self.env._(
                        "%(code)s is not a code of the nomenclature %(nomenclature)s. Formacodes have "
                        "5 digits, NSF codes 3 digits and perhaps a letter, ROME competences 4 to "
                        "6 digits, RS certifications the letters RS and digits.",
                        code=record.code,
                        nomenclature=record._nomenclature_label(),
                    )
                )
            if forbidden_characters(record.name):
                raise ValidationError(
                    self.env._(
                        "The label of code %s holds a character that is not allowed.", record.code
                    )
                )

    def _nomenclature_label(self):
        self.ensure_one()
        return dict(self._fields["nomenclature"]._description_selection(self.env))[
            self.nomenclature
        ]

    @api.model
    def _search_display_name(self, operator, value):
        """Search by code or label, whatever the case, the accents and the order of the words."""
        if (
            operator not in ("ilike", "not ilike")
            or not isinstance(value, str)
            or not value.strip()
        ):
            return super()._search_display_name(operator, value)
        domain = Domain.AND(Domain("search_key", "like", word) for word in fold(value).split())
        return ~domain if operator == "not ilike" else domain
