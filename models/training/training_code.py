from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.code_list import CODE_SHAPES
from ...tools.text import QUOTE, SEPARATOR, fold, forbidden_characters
from ..ground.followers import Follower
from .training_reference import CODE_FIELDS

NOMENCLATURES = [
    ("formacode", "Formacode"),
    ("nsf", "NSF speciality"),
    ("rome", "ROME competence"),
    ("rs", "RS certification"),
    ("rncp", "RNCP certification"),
]
# What the letter at the end of an NSF code says of the function people are trained for.
# Source: Code de l'éducation, article D311-4.
NSF_FUNCTIONS = [
    ("m", "Several functions or none in particular"),
    ("n", "Design"),
    ("p", "Organisation, management"),
    ("r", "Inspection, prevention, maintenance"),
    ("s", "Production"),
    ("t", "Service delivery"),
    ("u", "Operation and supervision of machines"),
    ("v", "Artistic production (crafts)"),
    ("w", "Sales"),
]


class TrainingCode(models.Model):
    """A code of an official nomenclature, shared by all companies."""

    _name = "training.code"
    _inherit = ["training.reference", "passport.proposed"]
    _description = "Training Code"
    _order = "nomenclature, code"
    _rec_names_search = ["code", "name"]
    _proposals = {"is_transmitted": "_proposed_transmitted"}
    _create_followers = (Follower("passport.typing", after="_created"),)
    _write_followers = (Follower("passport.typing", after="_written"),)
    _used_in = {
        "product.template": ("rs_code_id", *CODE_FIELDS),
        "training.family": ("rs_code_id", *CODE_FIELDS),
    }

    search_key = fields.Char(compute="_compute_search_key", store=True, index="trigram")
    nomenclature = fields.Selection(
        NOMENCLATURES,
        required=True,
        index=True,
        help="The register the code belongs to: Formacode, NSF, ROME, RS or RNCP.",
    )
    code = fields.Char(required=True, help="The code alone, as the portal's import file wants it.")
    name = fields.Char(
        string="Label",
        required=True,
        help="The official wording of the code, as its register publishes it.",
    )
    valid_until = fields.Date(
        string="Registered Until",
        help="Last day of the certification's registration at France compétences.",
    )
    listed_on = fields.Date(
        string="As Listed On",
        readonly=True,
        help="The day of the official list that the label and the end of registration come from.",
    )
    disappeared_on = fields.Date(
        readonly=True,
        help="The day an official list no longer held this code, which archived it.",
    )
    is_transmitted = fields.Boolean(
        string="Declared by the Certifying Body",
        compute="_compute_is_transmitted",
        store=True,
        readonly=False,
        help="The body that certifies tells the authority itself who passed (décret 2026-496, for "
        "certifications of the Répertoire spécifique): you declare who failed. Untick it if you know "
        "that this body does not.",
    )
    domain_name = fields.Char(string="Domain", help="The group of NSF specialities it is in.")
    nsf_function = fields.Selection(
        NSF_FUNCTIONS, string="Function", compute="_compute_nsf_function", store=True
    )

    _code_unique = models.UniqueIndex(
        "(nomenclature, code)", "This code already exists in this nomenclature."
    )

    @api.depends("code", "name")
    def _compute_search_key(self):
        for record in self:
            record.search_key = record._search_key_of(record.code, record.name)

    @api.depends("nomenclature", "code")
    def _compute_nsf_function(self):
        for record in self:
            record.nsf_function = record._nsf_function(record.nomenclature, record.code)

    @api.depends("nomenclature")
    def _compute_is_transmitted(self):
        self.env["passport.typing"]._propose(self, "is_transmitted")

    def _proposed_transmitted(self):
        self.ensure_one()
        return self._is_transmitted(self.nomenclature)

    @api.onchange("is_transmitted")
    def _onchange_is_transmitted(self):
        self.env["passport.typing"]._given(self, ("is_transmitted",))

    @api.model
    def _is_transmitted(self, nomenclature):
        """Tell whether certifying bodies declare what is of a nomenclature, as long as nobody says
        otherwise of a code."""
        return nomenclature == "rs"

    @api.model
    def _search_key_of(self, code, name):
        return fold(f"{code or ''} {name or ''}")

    @api.model
    def _nsf_function(self, nomenclature, code):
        """Return the function letter of an NSF code, ``False`` where it has none."""
        letter = (code or "")[-1:]
        return nomenclature == "nsf" and letter in dict(NSF_FUNCTIONS) and letter

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
                        "6 digits, certifications the letters RS or RNCP and digits.",
                        code=record.code,
                        nomenclature=record._nomenclature_label(),
                    )
                )
            # A label is never in an import file: official ones may hold its separator and quotes.
            if set(forbidden_characters(record.name)) - {SEPARATOR, QUOTE}:
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

    def _load_records(self, data_list, update=False):
        """Load shipped codes beside those that users or official lists brought in the meantime.

        A code that is already there under no shipped name is taken over instead of being created a
        second time. What an official list newer than the shipped one said of a code stays, and an
        end of registration that the shipped data does not know erases none.
        """
        codes = self.with_context(active_test=False)
        known = {
            (code.nomenclature, code.code): code
            for code in codes.search(
                [("code", "in", [data["values"].get("code") for data in data_list])]
            )
        }
        adopted = []
        for data in data_list:
            values = data["values"]
            code = known.get((values.get("nomenclature"), values.get("code")))
            if not code:
                continue
            if data.get("xml_id") and not self.env.ref(data["xml_id"], raise_if_not_found=False):
                adopted.append({"xml_id": data["xml_id"], "record": code})
            listed_on = fields.Date.to_date(values.get("listed_on"))
            if code.listed_on and listed_on and code.listed_on > listed_on:
                for fname in ("name", "valid_until", "listed_on"):
                    values.pop(fname, None)
            elif not values.get("valid_until"):
                values.pop("valid_until", None)
        if adopted:
            self.env["ir.model.data"].sudo()._update_xmlids(adopted)
        return super()._load_records(data_list, update=update)
