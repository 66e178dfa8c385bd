from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...models.ground.passport_rights import DECLARANT_GROUP
from ...models.ground.selections import PASSPORT_DOCUMENTS, PASSPORT_OBLIGATIONS
from ...models.training.product_template import ANSWERS
from ...tools import calendar, eligibility

# Question of the simulator: field of the training it fills.
TRAINING_FIELDS = {
    "aims_prevention": "passport_aims_prevention",
    "gives_proof": "passport_gives_proof",
    "is_transferable": "passport_is_transferable",
    "category": "passport_category",
}
RESULTS = {"adf": "attest", "jdr": "assess"}
FILLED_FIELDS = (*TRAINING_FIELDS.values(), "passport_exclusion", "passport_document")
SUGGESTIONS = 5


class PassportEligibility(models.TransientModel):
    """The eligibility simulator: the official questions, one after the other, and the answer.

    Alone, for a salesperson on the phone, or on a training, which it then fills. The rules are in
    ``tools/eligibility.py``, the deadlines in ``passport.deadline.rule``.
    """

    _name = "passport.eligibility"
    _description = "Eligibility Simulator"

    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Training to Fill",
        readonly=True,
        domain="[('service_tracking', '=', 'event')]",
    )
    title = fields.Char(string="Title of the Training")
    suggested_family_ids = fields.Many2many(
        "training.family", compute="_compute_suggested_family_ids"
    )
    family_id = fields.Many2one(
        "training.family",
        string="Official Family",
        help="Choosing it answers what the official lists say about this kind of training.",
    )
    aims_prevention = fields.Selection(
        ANSWERS, string="Does it aim at preventing occupational risks?"
    )
    gives_proof = fields.Selection(
        ANSWERS, string="Does it give an attestation or a certificate of success?"
    )
    is_transferable = fields.Selection(
        ANSWERS, string="Does its knowledge transfer to other posts with similar risks?"
    )
    exclusion = fields.Selection(
        [
            ("none", "None of these"),
            ("trainer", "Training of trainers"),
            ("safe_execution", "Safety conditions of execution (R.4141-13)"),
            ("people_and_goods", "Security of persons and goods"),
            ("cse", "Training of CSE members (L.2315-18)"),
            ("prevention_officer", "Training of prevention officers"),
        ],
        string="Is it one of these trainings?",
    )
    exception = fields.Selection(ANSWERS, string="Does an exception apply?")
    category = fields.Selection(
        lambda self: (
            self.env["product.template"]
            ._fields["passport_category"]
            ._description_selection(self.env)
        ),
        string="Which category is it?",
    )
    result = fields.Selection(
        [("attest", "It attests attendance"), ("assess", "It assesses the skills acquired")],
        string="What does it do at the end?",
    )
    deliverer = fields.Selection(
        [
            ("own", "Our own trainers"),
            ("subcontractor", "A subcontractor, for us"),
            ("other", "We do, for another training body"),
        ],
        string="Who delivers it?",
    )
    reference_date = fields.Date(
        string="When does it end?",
        default=lambda self: self.env["passport.clock"]._today(),
        help="For a certificate of success: when does its validity begin?",
    )
    state = fields.Selection(
        [
            ("open", "Go on answering"),
            ("excluded", "Not to declare"),
            ("eligible", "To declare"),
            ("other", "To be declared by the other training body"),
        ],
        compute="_compute_verdict",
    )
    reasons = fields.Html(compute="_compute_verdict", sanitize=False)
    document = fields.Selection(PASSPORT_DOCUMENTS, compute="_compute_verdict")
    obligation = fields.Selection(PASSPORT_OBLIGATIONS, compute="_compute_deadline")
    obligation_text = fields.Char(compute="_compute_deadline")
    mandatory_since = fields.Date(compute="_compute_deadline")
    deadline = fields.Date(compute="_compute_deadline")
    deadline_source = fields.Char(string="Text", compute="_compute_deadline")
    sanction_text = fields.Char(compute="_compute_deadline")
    can_fill = fields.Boolean(compute="_compute_can_fill")

    @api.depends("title")
    def _compute_suggested_family_ids(self):
        for wizard in self:
            wizard.suggested_family_ids = self.env["training.family"]._suggest(wizard.title)[
                :SUGGESTIONS
            ]

    @api.onchange("family_id")
    def _onchange_family_id(self):
        if self.family_id:
            self.update(self._answers_of(self.family_id._passport_values()))

    @api.depends(
        "aims_prevention",
        "gives_proof",
        "is_transferable",
        "exclusion",
        "exception",
        "result",
        "deliverer",
    )
    @api.depends_context("lang")
    def _compute_verdict(self):
        texts = self._reason_texts()
        for wizard in self:
            verdict = wizard._verdict()
            wizard.state = verdict.state
            wizard.document = verdict.document
            wizard.reasons = Markup("<ul class='mb-0'>%s</ul>") % Markup().join(
                wizard._reason_line(texts[code], eligibility.REASONS[code].articles)
                for code in verdict.reasons
            )

    @api.depends("state", "category", "reference_date")
    @api.depends_context("lang")
    def _compute_deadline(self):
        records = self.env["passport.deadline.rule"]
        rules = records._rules()
        law = self.env["passport.law"]._on()
        sanction = f"{law.text('sanction_body')} ({law.source('sanction_body')})"
        for wizard in self:
            day, category = wizard.reference_date, wizard.category
            concerned = wizard.state in ("eligible", "other") and day and category
            mandatory = concerned and calendar.is_mandatory(day, category, rules)
            wizard.mandatory_since = concerned and calendar.mandatory_since(category, rules)
            wizard.deadline = concerned and calendar.deadline_of(day, rules)
            wizard.obligation = concerned and ("mandatory" if mandatory else "voluntary")
            wizard.obligation_text = concerned and wizard._obligation_text()
            wizard.sanction_text = law.holds("sanction_body") and mandatory and sanction
            wizard.deadline_source = concerned and records._rule_at(day).source

    @api.depends("product_tmpl_id", "state", "category")
    def _compute_can_fill(self):
        declarant = self.env["passport.rights"]._has(DECLARANT_GROUP)
        for wizard in self:
            known = wizard.state == "excluded" or (wizard.state != "open" and wizard.category)
            wizard.can_fill = bool(declarant and wizard.product_tmpl_id and known)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        product = self.env["product.template"].browse(values.get("product_tmpl_id"))
        if product:
            known = {
                **self._answers_of({fname: product[fname] for fname in FILLED_FIELDS}),
                "title": product.name,
                "family_id": product.passport_family_id.id,
                "deliverer": "own",
            }
            values.update(
                {fname: value for fname, value in known.items() if fname in fields and value}
            )
        return values

    @api.model
    def _answers_of(self, values):
        """Return the answers that values of a training give, those it leaves open left out."""
        answers = {
            question: values[fname]
            for question, fname in TRAINING_FIELDS.items()
            if values.get(fname)
        }
        if values.get("passport_exclusion") or answers.get("aims_prevention"):
            answers["exclusion"] = values.get("passport_exclusion") or "none"
        if values.get("passport_document"):
            answers["result"] = RESULTS[values["passport_document"]]
        return answers

    def action_fill_training(self):
        """Write the answers to the training, and go back to it.

        :raises UserError: a question is left, or there is no training
        :raises AccessError: the user may not change trainings
        """
        self.ensure_one()
        product = self.product_tmpl_id
        if not product or self.state == "open":
            raise UserError(
                self.env._("Answer all questions first: the training is filled with your answers.")
            )
        product.check_access("write")
        product.write(self._training_values())
        return {
            "type": "ir.actions.act_window",
            "res_model": "product.template",
            "res_id": product.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_restart(self):
        """Open the simulator again without answers."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_eligibility_action"
        )

    def _training_values(self):
        """Return the values the answers give a training; open questions leave it as it is."""
        values = {
            fname: self[question] for question, fname in TRAINING_FIELDS.items() if self[question]
        }
        if self.exclusion:
            spared = self.exclusion == "none" or self.exception == "yes"
            values["passport_exclusion"] = False if spared else self.exclusion
        if self.document:
            values["passport_document"] = self.document
        if self.family_id:
            values["passport_family_id"] = self.family_id.id
        return values

    def _verdict(self):
        self.ensure_one()
        return eligibility.verdict(
            eligibility.Answers(
                aims_prevention=self.aims_prevention or None,
                gives_proof=self.gives_proof or None,
                is_transferable=self.is_transferable or None,
                exclusion=self.exclusion or None,
                exception=self.exception or None,
                result=self.result or None,
                deliverer=self.deliverer or None,
            )
        )

    @api.model
    def _reason_line(self, text, articles):
        if not articles:
            return Markup("<li>%s</li>") % text
        cited = ", ".join(articles)
        return Markup("<li>%s <span class='text-body-secondary'>(%s)</span></li>") % (
            text,
            self.env._("Code du travail, %s", cited),
        )

    def _obligation_text(self):
        self.ensure_one()
        day = self.mandatory_since and format_date(self.env, self.mandatory_since)
        if self.obligation == "mandatory":
            return self.env._("Mandatory for this category since %s", day)
        if day:
            return self.env._("Voluntary: mandatory for trainings from %s on", day)
        return self.env._("Voluntary")

    @api.model
    def _reason_texts(self):
        """Return ``{code of tools/eligibility.py: text}``."""
        return {
            **self._condition_texts(),
            **self._exclusion_texts(),
            "document_adf": self.env._(
                "It attests attendance: an attestation (ADF) is declared for each attendee."
            ),
            "document_jdr": self.env._(
                "It assesses skills: a certificate of success (JDR) is declared for who passes, an "
                "attestation (ADF) for who fails."
            ),
            "declared_by_us": self.env._("You deliver it: you declare it."),
            "declared_by_us_for_subcontractor": self.env._(
                "A subcontractor delivers it for you: you declare it, the subcontractor does not."
            ),
            "declared_by_other_body": self.env._(
                "You deliver it as a subcontractor: the training body that ordered it declares it, you "
                "declare nothing."
            ),
        }

    @api.model
    def _condition_texts(self):
        return {
            "aims_prevention": self.env._("It aims at preventing occupational risks."),
            "no_prevention": self.env._(
                "It does not aim at preventing occupational risks, neither by a specific obligation nor "
                "by the employer's general one."
            ),
            "gives_proof": self.env._("It gives an attestation or a certificate of success."),
            "no_proof": self.env._("It gives neither an attestation nor a certificate of success."),
            "is_transferable": self.env._("Its knowledge transfers to other posts."),
            "not_transferable": self.env._(
                "Its knowledge is of use at one post only and does not transfer to others with similar "
                "risks."
            ),
        }

    @api.model
    def _exclusion_texts(self):
        return {
            "trainer": self.env._("The training of trainers is excluded."),
            "safe_execution": self.env._(
                "Training on the safety conditions of execution is the employer's own and excluded."
            ),
            "people_and_goods": self.env._(
                "The security of persons and goods is excluded, except SST and complements on a "
                "specific risk."
            ),
            "cse": self.env._("The training of members of the CSE is excluded."),
            "prevention_officer": self.env._("The training of prevention officers is excluded."),
            "people_and_goods_exception": self.env._(
                "SST and complements on a specific risk are not excluded with the security of persons "
                "and goods."
            ),
            "prevention_officer_exception": self.env._(
                "An exception to the exclusion of prevention officers applies: keep the text that says "
                "so."
            ),
        }
