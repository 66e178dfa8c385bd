from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...tools.text import fold, forbidden_characters
from ...tools.training_words import search_words
from ..ground.selections import (
    CODE_HELP,
    JDR_MODE_HELP,
    JDR_MODES,
    JDR_OPTION_HELP,
    JDR_TYPE_HELP,
    JDR_TYPES,
    PASSPORT_DOCUMENTS,
)
from .training_guess import Described
from .training_reference import CERTIFICATION_DOMAIN, CODE_FIELDS, ELIGIBILITY_FIELDS


def _category_selection(model):
    return (
        model.env["product.template"]._fields["passport_category"]._description_selection(model.env)
    )


class TrainingFamily(models.Model):
    """An official kind of training (SST, CACES R489 category 3 …) that describes trainings for you.

    Fields that also exist on the training have the same name there. Shared by all companies.
    """

    _name = "training.family"
    _inherit = ["training.reference"]
    _description = "Training Family"
    _order = "name, id"
    _used_in = {"product.template": ("passport_family_id",)}
    _is_kept_once_changed = True

    search_key = fields.Char(compute="_compute_search_key", store=True, index="trigram")
    name = fields.Char(required=True)
    keywords = fields.Char(
        help="Words that trainings of this family are called by, separated by /."
    )
    passport_category = fields.Selection(
        _category_selection,
        string="Category",
        help="Empty where the official lists do not say: choose it on the training.",
    )
    passport_document = fields.Selection(
        PASSPORT_DOCUMENTS,
        string="Document",
        required=True,
        default="adf",
        help="What the attendees get: an attestation, or a certificate of success.",
    )
    jdr_type = fields.Selection(JDR_TYPES, string="Kind of Certificate", help=JDR_TYPE_HELP)
    jdr_name = fields.Char(
        string="Name of the Certificate", help="The name of the family where this is empty."
    )
    jdr_option = fields.Char(string="Option or Speciality", help=JDR_OPTION_HELP)
    jdr_mode = fields.Selection(JDR_MODES, string="Obtained", help=JDR_MODE_HELP)
    is_certifying = fields.Boolean(
        string="Certifying",
        help="Those who pass get a certification of a national register; their certifying "
        "body may transmit it itself.",
    )
    rs_code_id = fields.Many2one(
        "training.code",
        string="Certification (RS or RNCP)",
        domain=CERTIFICATION_DOMAIN,
        context={"active_test": False},
        ondelete="restrict",
        index="btree_not_null",
        help="The certification that the training prepares for, of France compétences' registers.",
    )
    formacode_ids = fields.Many2many(
        "training.code",
        "training_family_formacode_rel",
        "family_id",
        "code_id",
        string="Formacodes",
        domain=[("nomenclature", "=", "formacode")],
        context={"active_test": False},
        help=CODE_HELP["formacode"],
    )
    nsf_code_ids = fields.Many2many(
        "training.code",
        "training_family_nsf_rel",
        "family_id",
        "code_id",
        string="NSF Specialities",
        domain=[("nomenclature", "=", "nsf")],
        context={"active_test": False},
        help=CODE_HELP["nsf"],
    )
    rome_code_ids = fields.Many2many(
        "training.code",
        "training_family_rome_rel",
        "family_id",
        "code_id",
        string="ROME Competences",
        domain=[("nomenclature", "=", "rome")],
        context={"active_test": False},
        help=CODE_HELP["rome"],
    )
    validity_months = fields.Integer(
        string="Validity (months)",
        help="After so many months people have to come back; 0 for ever.",
    )
    validity_basis = fields.Selection(
        [
            ("legal", "Set by law"),
            ("recommended", "Recommended practice"),
            ("no_period", "No fixed period"),
        ],
        string="Basis of the Validity",
        help="Empty where it is not known: the validity of the training is then left as it is.",
    )
    is_scope_doubtful = fields.Boolean(
        string="Perhaps Not to Declare",
        help="These trainings may be excluded by law: the three questions are left to you.",
    )
    training_ids = fields.One2many("product.template", "passport_family_id", string="Trainings")
    training_count = fields.Integer(compute="_compute_training_count")

    @api.depends("name", "keywords", "rs_code_id.code")
    def _compute_search_key(self):
        for family in self:
            text = f"{family.name or ''} {(family.keywords or '').replace('/', ' ')}"
            code = family.rs_code_id.code or ""
            family.search_key = fold(f"{text} {code} {search_words(text)}")

    @api.depends("training_ids")
    def _compute_training_count(self):
        groups = self.env["product.template"]._read_group(
            [("passport_family_id", "in", self.ids)], ["passport_family_id"], ["__count"]
        )
        counts = {family.id: count for family, count in groups}
        for family in self:
            family.training_count = counts.get(family.id, 0)

    @api.constrains("name", "jdr_name", "jdr_option")
    def _check_characters(self):
        for family in self:
            for fname in ("name", "jdr_name", "jdr_option"):
                if forbidden_characters(family[fname]):
                    raise ValidationError(
                        self.env._(
                            "Family %(family)s: “%(field)s” holds a character the portal refuses.",
                            family=family.name,
                            field=family._fields[fname]._description_string(self.env),
                        )
                    )

    @api.onchange("is_certifying")
    def _onchange_is_certifying(self):
        if not self.is_certifying:
            self.rs_code_id = False

    @api.onchange("validity_months")
    def _onchange_validity_months(self):
        if self.validity_months and self.validity_basis in (False, "no_period"):
            self.validity_basis = "recommended"

    def action_trainings(self):
        """Open the trainings of this family."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.product_template_passport_action"
        )
        action["domain"] = [("passport_family_id", "=", self.id)]
        action["context"] = {
            "default_type": "service",
            "default_service_tracking": "event",
            "default_purchase_ok": False,
            "default_passport_family_id": self.id,
        }
        return action

    def _passport_values(self):
        """Return what a training of this family is, as values of ``product.template``.

        Only what the family knows: no category where the official lists give none, no validity
        whose length is unknown, no codes that are not established. A certifying training has
        neither Formacodes nor NSF specialities, since the import file wants those columns empty.
        """
        self.ensure_one()
        values = {
            "passport_document": self.passport_document,
            "is_certifying": self.is_certifying,
            "rs_code_id": self.is_certifying and self.rs_code_id.id,
        }
        if not self.is_scope_doubtful:
            values.update(dict.fromkeys(ELIGIBILITY_FIELDS, "yes"), passport_exclusion=False)
        if self.passport_category:
            values["passport_category"] = self.passport_category
        if self.validity_basis:
            values["validity_months"] = self.validity_months
        if self.passport_document == "jdr":
            values.update(
                jdr_type=self.jdr_type,
                jdr_name=self.jdr_name or self.name,
                jdr_option=self.jdr_option,
                jdr_mode=self.jdr_mode,
            )
        for fname in CODE_FIELDS:
            if self.is_certifying and fname != "rome_code_ids":
                values[fname] = [Command.clear()]
            elif self[fname]:
                values[fname] = [Command.set(self[fname].ids)]
        return values

    @api.model
    def _suggest(self, title):
        """Return the families that a training called ``title`` may belong to, best first.

        Case, accents and plurals do not count, and words that mean the same are known as such
        ("secourisme" and SST, "cariste" and CACES R489). Empty when nothing fits.
        """
        [proposal] = self.env["passport.training.guess"]._of([Described(title or "")])
        return proposal.families
