from odoo import api, fields, models

from ...tools import authority_file
from ...tools.text import clean_text, forbidden_characters
from ..ground.selections import JDR_MODES, JDR_TYPES, PASSPORT_DOCUMENTS

ANSWERS = [("yes", "Yes"), ("no", "No")]

# Formacode, NSF and ROME: readiness code and column that sets the limits.
CODE_COLUMNS = {
    "rome_code_ids": ("rome_count", "COMPETENCE_TRANSFERABLE"),
    "formacode_ids": ("formacode_count", "DOMAINE_FORMATION"),
    "nsf_code_ids": ("nsf_count", "SPECIALITE_FORMATION"),
}


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
        **kwargs,
    )


class ProductTemplate(models.Model):
    """A training, in the eyes of the Passeport de prévention: a service sold as event tickets."""

    _inherit = "product.template"

    passport_aims_prevention = fields.Selection(
        ANSWERS,
        string="Does it aim at preventing occupational risks?",
        help="By a specific obligation, or by the employer's general one (Code du travail, "
        "articles L.4121-1 and L.4141-5).",
    )
    passport_gives_proof = fields.Selection(
        ANSWERS,
        string="Does it give an attestation or a certificate of success?",
    )
    passport_is_transferable = fields.Selection(
        ANSWERS,
        string="Does its knowledge transfer to other posts with similar risks?",
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
        readonly=False,
        help="The three answers are yes and no exclusion applies.",
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
        "handling, ATEX, scaffolding, PPE, chemical risk. 4: MSD, road risk, psychosocial. "
        "Mandatory for training bodies since 01/09/2025 (1 and 2) and 01/07/2026 (all).",
    )
    passport_document = fields.Selection(
        PASSPORT_DOCUMENTS,
        string="Document",
        default="adf",
        help="An attestation proves attendance; a certificate of success proves skills that were "
        "assessed. Of a training that gives both only the certificate is declared: who passes gets "
        "a JDR, who fails an ADF.",
    )
    jdr_type = fields.Selection(JDR_TYPES, string="Kind of Certificate")
    jdr_name = fields.Char(
        string="Name of the Certificate", help="NOM_JDR, 255 characters at most."
    )
    jdr_option = fields.Char(string="Option or Speciality")
    jdr_mode = fields.Selection(JDR_MODES, string="Obtained")
    is_certifying = fields.Boolean(
        string="Certifying",
        help="Leads to a certification of the Répertoire spécifique: its RS code replaces the "
        "Formacodes and the NSF specialities.",
    )
    rs_code_id = fields.Many2one(
        "training.code",
        string="RS Certification",
        domain=[("nomenclature", "=", "rs")],
        context={"active_test": False},
        ondelete="restrict",
    )
    formacode_ids = _code_field("formacode", "Formacodes", "product_template_formacode_rel")
    nsf_code_ids = _code_field("nsf", "NSF Specialities", "product_template_nsf_rel")
    rome_code_ids = _code_field("rome", "ROME Competences", "product_template_rome_rel")
    formacode_count = fields.Integer(compute="_compute_passport_code_counts")
    nsf_code_count = fields.Integer(compute="_compute_passport_code_counts")
    rome_code_count = fields.Integer(compute="_compute_passport_code_counts")
    training_duration = fields.Float(string="Duration (hours)")
    validity_months = fields.Integer(
        string="Validity (months)",
        help="How long the training stays valid, from its last day. 0: without end.",
    )
    passport_training_issues = fields.Text(
        string="To Fix", compute="_compute_passport_training_issues"
    )
    passport_session_count = fields.Integer(compute="_compute_passport_session_count")

    @api.depends(
        "passport_aims_prevention",
        "passport_gives_proof",
        "passport_is_transferable",
        "passport_exclusion",
    )
    def _compute_passport_eligible(self):
        for product in self:
            product.passport_eligible = not product.passport_exclusion and all(
                answer == "yes" for answer in product._passport_answers()
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

    @api.depends("formacode_ids", "nsf_code_ids", "rome_code_ids")
    def _compute_passport_code_counts(self):
        for product in self:
            product.formacode_count = len(product.formacode_ids)
            product.nsf_code_count = len(product.nsf_code_ids)
            product.rome_code_count = len(product.rome_code_ids)

    @api.depends(
        "name",
        "passport_eligible",
        "is_certifying",
        "rs_code_id",
        "formacode_ids",
        "nsf_code_ids",
        "rome_code_ids",
        "passport_document",
        "jdr_type",
        "jdr_name",
        "jdr_option",
    )
    def _compute_passport_training_issues(self):
        for product in self:
            document = product.passport_document or "adf"
            faults = (
                product._passport_training_faults(document) if product.passport_eligible else []
            )
            product.passport_training_issues = (
                "\n".join(product._passport_training_message(*fault) for fault in faults) or False
            )

    def _compute_passport_session_count(self):
        groups = self.env["event.event"]._read_group(
            [("training_id", "in", self.ids)], ["training_id"], ["__count"]
        )
        counts = {training.id: count for training, count in groups}
        for product in self:
            product.passport_session_count = counts.get(product.id, 0)

    @api.onchange("is_certifying")
    def _onchange_is_certifying(self):
        if not self.is_certifying:
            self.rs_code_id = False

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._passport_clean_name(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._passport_clean_name(vals)
        return super().write(vals)

    def action_passport_sessions(self):
        """Open the sessions that deliver this training."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_event_passport_action"
        )
        action["domain"] = [("training_id", "=", self.id)]
        action["context"] = {"default_training_id": self.id}
        return action

    def _passport_clean_name(self, vals):
        if vals.get("service_tracking") == "event" or self.filtered(
            lambda product: product.service_tracking == "event"
        ):
            for fname in ("name", "jdr_name", "jdr_option"):
                if isinstance(vals.get(fname), str):
                    vals[fname] = clean_text(vals[fname])

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

    def _passport_training_faults(self, document):
        """Return what in this training breaks a rule of the import file of ``document``.

        :returns: list of ``(code, parameters)``; the codes are readiness codes
        """
        self.ensure_one()
        faults = []
        required = {"rome_code_ids"} if self.is_certifying else set(CODE_COLUMNS)
        for fname, (code, column_name) in CODE_COLUMNS.items():
            fewest, most = authority_file.column("adf", column_name).count
            if fname in required and not fewest <= len(self[fname]) <= most:
                faults.append((code, {"count": len(self[fname]), "min": fewest, "max": most}))
        if self.is_certifying and not self.rs_code_id:
            faults.append(("rs_missing", {}))
        name = self._passport_name()
        limit = authority_file.column("adf", "NOM_FORMATION").max_length
        if len(name) > limit:
            faults.append(("training_name_too_long", {"count": len(name), "max": limit}))
        if found := forbidden_characters(name):
            faults.append(("forbidden_character", {"characters": found, "field": "name"}))
        return faults + (self._passport_jdr_faults() if document == "jdr" else [])

    def _passport_jdr_faults(self):
        """Return what in the certificate this training gives breaks a rule of the import file."""
        faults = []
        limit = authority_file.column("jdr", "NOM_JDR").max_length
        if not self.jdr_type or not self.jdr_name or len(self.jdr_name) > limit:
            faults.append(("jdr_incomplete", {"max": limit}))
        for fname in ("jdr_name", "jdr_option"):
            if found := forbidden_characters(self[fname]):
                faults.append(("forbidden_character", {"characters": found, "field": fname}))
        return faults

    def _passport_training_message(self, code, params):
        """Return the text a user reads for one fault of :meth:`_passport_training_faults`."""
        self.ensure_one()
        return self.env["event.registration"]._passport_message(code, self, params)
