from odoo import api, fields, models

from ...tools.text import clean_text
from ..ground.followers import Follower, following
from ..ground.selections import (
    CODE_HELP,
    JDR_MODE_HELP,
    JDR_MODES,
    JDR_OPTION_HELP,
    JDR_TYPE_HELP,
    JDR_TYPES,
    PASSPORT_DOCUMENTS,
)
from .training_family_filling import FAMILY_FIELDS
from .training_reference import CERTIFICATION_DOMAIN

ANSWERS = [("yes", "Yes"), ("no", "No")]
# What the import file takes from these is told to the authority as it is typed.
DECLARED_TEXTS = ("name", "jdr_name", "jdr_option")

# Who follows the creation and change of trainings, in this order.
CREATE_FOLLOWERS = (Follower("passport.typing", after="_created"),)
WRITE_FOLLOWERS = (
    Follower("passport.typing", after="_written"),
    Follower("passport.catch.up", "_before_training_write", "_after_training_write"),
    Follower("passport.training.refresh", before="_before", after="_after"),
    Follower("passport.corrections", after="_after_training_write"),
)


def _code_field(nomenclature, string, relation, **kwargs):
    """Return a many2many to the codes of one nomenclature that keeps showing archived codes."""
    return fields.Many2many(
        "training.code",
        relation,
        "product_tmpl_id",
        "code_id",
        string=string,
        domain=[("nomenclature", "=", nomenclature)],
        context={"active_test": False},
        help=CODE_HELP[nomenclature],
        **kwargs,
    )


class ProductTemplate(models.Model):
    """A training, in the eyes of the Passeport de prévention: a service sold as event tickets."""

    _name = "product.template"
    _inherit = ["product.template", "passport.proposed"]
    _proposals = {"passport_eligible": "_proposed_eligible"}

    passport_aims_prevention = fields.Selection(
        ANSWERS,
        string="Does it aim at preventing occupational risks?",
        help="By a specific obligation, or by the employer's general one (Code du travail, "
        "articles L.4121-1 and L.4141-5).",
    )
    passport_gives_proof = fields.Selection(
        ANSWERS,
        string="Does it give an attestation or a certificate of success?",
        help="One of the three questions that decide whether the training is to be declared.",
    )
    passport_is_transferable = fields.Selection(
        ANSWERS,
        string="Does its knowledge transfer to other posts with similar risks?",
        help="One of the three questions that decide whether the training is to be declared.",
    )
    passport_exclusion = fields.Selection(
        [
            ("trainer", "Training of trainers"),
            ("safe_execution", "Safety conditions of execution (R.4141-13)"),
            ("people_and_goods", "Security of persons and goods, except SST (R.4224-15)"),
            ("cse", "Training of CSE members (L.2315-18)"),
            ("prevention_officer", "Training of prevention officers"),
        ],
        string="Excluded Because",
        help="Trainings the law leaves out of the Passeport de prévention.",
    )
    passport_eligible = fields.Boolean(
        string="To Declare",
        compute="_compute_passport_eligible",
        store=True,
        precompute=True,
        readonly=False,
        help="The three answers are yes and no exclusion applies.",
    )
    is_passport_training = fields.Boolean(
        string="Training of Ours",
        compute="_compute_is_passport_training",
        store=True,
        precompute=True,
        help="Somebody said what it is for the passport: a family, an answer, an exclusion. Whatever "
        "else is sold, as event tickets too, is no concern of the passport.",
    )
    passport_eligible_reason = fields.Char(
        string="Why", compute="_compute_passport_eligible_reason"
    )
    passport_category = fields.Selection(
        [
            ("1", "1 – Mandatory, framed by regulation"),
            ("2", "2 – Posts that need the employer's authorisation"),
            ("3", "3 – Specific objective set by regulation"),
            ("4", "4 – Employer's general obligation"),
        ],
        string="Category",
        help="1: asbestos SS3/SS4, AIPR, radiation. 2: CACES, electrical habilitation. 3: SST, "
        "handling, ATEX, scaffolding, PPE, chemical risk. 4: MSD, road risk, psychosocial. From "
        "when each is to be declared, the deadline rules say (décret 2025-748).",
    )
    passport_document = fields.Selection(
        PASSPORT_DOCUMENTS,
        string="Document",
        default="adf",
        help="An attestation proves attendance; a certificate of success proves skills that were "
        "assessed. Of a training that gives both only the certificate is declared: who passes gets "
        "a JDR, who fails an ADF.",
    )
    jdr_type = fields.Selection(JDR_TYPES, string="Kind of Certificate", help=JDR_TYPE_HELP)
    jdr_name = fields.Char(
        string="Name of the Certificate", help="NOM_JDR, 255 characters at most."
    )
    jdr_option = fields.Char(string="Option or Speciality", help=JDR_OPTION_HELP)
    jdr_mode = fields.Selection(JDR_MODES, string="Obtained", help=JDR_MODE_HELP)
    is_certifying = fields.Boolean(
        string="Certifying",
        help="Leads to a certification of the Répertoire spécifique (RS) or of the RNCP: its code "
        "replaces the Formacodes and the NSF specialities.",
    )
    rs_code_id = fields.Many2one(
        "training.code",
        string="Certification (RS or RNCP)",
        domain=CERTIFICATION_DOMAIN,
        context={"active_test": False},
        ondelete="restrict",
        help="The certification that the training prepares for, of France compétences' registers.",
    )
    rs_is_transmitted = fields.Boolean(related="rs_code_id.is_transmitted")
    formacode_ids = _code_field("formacode", "Formacodes", "product_template_formacode_rel")
    nsf_code_ids = _code_field("nsf", "NSF Specialities", "product_template_nsf_rel")
    rome_code_ids = _code_field("rome", "ROME Competences", "product_template_rome_rel")
    formacode_count = fields.Integer(compute="_compute_passport_code_counts")
    nsf_code_count = fields.Integer(compute="_compute_passport_code_counts")
    rome_code_count = fields.Integer(compute="_compute_passport_code_counts")
    training_duration = fields.Float(
        string="Duration (hours)",
        help="Printed on the agreement, the programme and the attestations.",
    )
    validity_months = fields.Integer(
        string="Validity (months)",
        help="How long the training stays valid, from its last day. 0: without end.",
    )
    passport_family_id = fields.Many2one(
        "training.family",
        string="Official Family",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Choosing it fills the three answers, the category, the document, the validity and "
        "the official codes.",
    )
    passport_family_note = fields.Char(related="passport_family_id.note", string="About the Family")
    passport_family_differs = fields.Boolean(
        string="Differs from Its Family",
        compute="_compute_passport_family_differs",
        store=True,
        precompute=True,
    )
    passport_family_difference = fields.Text(
        string="Differences from the Family", compute="_compute_passport_family_difference"
    )
    passport_code_warning = fields.Text(
        string="Official Codes to Check", compute="_compute_passport_code_warning"
    )
    has_passport_code_warning = fields.Boolean(
        string="Has Official Codes to Check",
        compute="_compute_passport_code_warning",
        search="_search_has_passport_code_warning",
    )

    @api.depends(
        "passport_aims_prevention",
        "passport_gives_proof",
        "passport_is_transferable",
        "passport_exclusion",
    )
    def _compute_passport_eligible(self):
        self.env["passport.typing"]._propose(self, "passport_eligible")

    def _proposed_eligible(self):
        self.ensure_one()
        return not self.passport_exclusion and all(
            answer == "yes" for answer in self._passport_answers()
        )

    @api.depends(
        "passport_aims_prevention",
        "passport_gives_proof",
        "passport_is_transferable",
        "passport_exclusion",
        "passport_eligible",
    )
    def _compute_passport_eligible_reason(self):
        exclusions = dict(self._fields["passport_exclusion"]._description_selection(self.env))
        for product in self:
            answers = product._passport_answers()
            if product.passport_exclusion:
                reason = self.env._("Excluded: %s", exclusions[product.passport_exclusion])
            elif "no" in answers:
                reason = self.env._("Not to declare: one of the three answers is no.")
            elif False in answers and product.passport_eligible:
                reason = self.env._(
                    "Marked “To Declare” although the three questions are not all answered."
                )
            elif False in answers:
                reason = self.env._("Answer the three questions to know.")
            else:
                reason = self.env._(
                    "To declare: the three answers are yes and no exclusion applies."
                )
            product.passport_eligible_reason = reason

    @api.depends(
        "passport_eligible",
        "passport_family_id",
        "passport_aims_prevention",
        "passport_gives_proof",
        "passport_is_transferable",
        "passport_exclusion",
    )
    def _compute_is_passport_training(self):
        for product in self:
            product.is_passport_training = bool(
                product.passport_eligible
                or product.passport_family_id
                or product.passport_exclusion
                or any(product._passport_answers())
            )

    @api.depends("formacode_ids", "nsf_code_ids", "rome_code_ids")
    def _compute_passport_code_counts(self):
        for product in self:
            product.formacode_count = len(product.formacode_ids)
            product.nsf_code_count = len(product.nsf_code_ids)
            product.rome_code_count = len(product.rome_code_ids)

    def _passport_family_dependencies(self):
        family_fields = self.env["training.family"]._fields
        described = [
            "name",
            "is_scope_doubtful",
            "validity_basis",
            *(fname for fname in FAMILY_FIELDS if fname in family_fields),
        ]
        return [*FAMILY_FIELDS, *(f"passport_family_id.{fname}" for fname in described)]

    @api.depends(lambda self: self._passport_family_dependencies())
    def _compute_passport_family_differs(self):
        filling = self.env["passport.family.filling"]
        for product in self:
            product.passport_family_differs = bool(filling._differences(product))

    @api.depends(lambda self: self._passport_family_dependencies())
    def _compute_passport_family_difference(self):
        filling = self.env["passport.family.filling"]
        for product in self:
            product.passport_family_difference = filling._difference_text(product)

    @api.depends(
        "active",
        "service_tracking",
        "passport_category",
        "passport_exclusion",
        "passport_aims_prevention",
        "passport_gives_proof",
        "passport_is_transferable",
        "is_certifying",
        "rs_code_id.valid_until",
        "rs_code_id.active",
        "rome_code_ids.active",
        "formacode_ids.active",
        "nsf_code_ids.active",
    )
    def _compute_passport_code_warning(self):
        warnings = self.env["passport.code.warning"]._of(self)
        for product in self:
            lines = warnings.get(product)
            product.passport_code_warning = "\n".join(lines) if lines else False
            product.has_passport_code_warning = bool(lines)

    @api.model
    def _search_has_passport_code_warning(self, operator, value):
        if operator != "in":
            return NotImplemented
        products = self.sudo().search(
            [("is_passport_training", "=", True), ("service_tracking", "=", "event")]
        )
        found = self.env["passport.code.warning"]._of(products)
        return [("id", "in", [product.id for product in found])]

    @api.onchange("is_certifying")
    def _onchange_is_certifying(self):
        if not self.is_certifying:
            self.rs_code_id = False

    @api.onchange("passport_family_id")
    def _onchange_passport_family_id(self):
        if self.passport_family_id:
            if not self.name:
                self.name = self.passport_family_id.name
            self.update(self.passport_family_id._passport_values())

    @api.model_create_multi
    def create(self, vals_list):
        """Fill what a family describes and the values do not give."""
        filled = self.env["passport.family.filling"]._to_create(vals_list)
        vals_list = [self._passport_clean(vals) for vals in filled]
        self.env["passport.training.check"]._check_typed(self, *vals_list)
        with following(CREATE_FOLLOWERS, self, vals_list) as made:
            made.append(super().create(vals_list))
        return made[0]

    def write(self, vals):
        """Fill what a newly chosen family describes and the values do not give."""
        for products, filled in self.env["passport.family.filling"]._to_write(self, vals):
            values = products._passport_clean(filled)
            self.env["passport.training.check"]._check_typed(products, values)
            with following(WRITE_FOLLOWERS, products, values):
                super(ProductTemplate, products).write(values)
        return True

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        """A name is declared in French: to translate it is to write it."""
        values = {field_name: next(iter(translations.values()), False)}
        texts = [text for text in translations.values() if isinstance(text, str)]
        self.env["passport.training.check"]._check_typed(
            self, *({field_name: text} for text in texts)
        )
        with following(WRITE_FOLLOWERS, self, values):
            return super()._update_field_translations(
                field_name, translations, digest=digest, source_lang=source_lang
            )

    def action_apply_passport_family(self):
        """Give these trainings what their family describes, whatever they hold now."""
        self.env["passport.family.filling"]._apply_again(self)

    def action_create_passport_family(self):
        """Create a family that describes this training, give it to the training, and open it."""
        self.ensure_one()
        family = self.env["passport.family.filling"]._make_family(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "training.family",
            "res_id": family.id,
            "views": [(False, "form")],
        }

    @api.model
    def _cron_code_warnings(self):
        """Keep one activity on each training whose codes are to be checked, and on no other."""
        self.env["passport.code.warning"]._keep_activities()

    def _passport_clean(self, vals):
        """Return ``vals`` with the texts of trainings as the import file can hold them."""
        if not any(isinstance(vals.get(fname), str) for fname in DECLARED_TEXTS):
            return vals
        kind = vals.get("service_tracking", self.env.context.get("default_service_tracking"))
        if kind != "event" and not self.filtered(lambda one: one.service_tracking == "event"):
            return vals
        texts = {
            fname: clean_text(vals[fname])
            for fname in DECLARED_TEXTS
            if isinstance(vals.get(fname), str)
        }
        return {**vals, **texts}

    def _passport_answers(self):
        self.ensure_one()
        return (
            self.passport_aims_prevention,
            self.passport_gives_proof,
            self.passport_is_transferable,
        )

    def _passport_name(self):
        """Return the training's name as declared: in French, whoever looks."""
        self.ensure_one()
        return self.with_context(lang=self.env["res.lang"]._passport_lang()).name or ""
