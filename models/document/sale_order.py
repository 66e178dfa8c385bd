from odoo import api, fields, models


class SaleOrder(models.Model):
    """What an order's documents need: its agreement, and what its attendees still have to give.

    Counted only, never a social security number.
    """

    _inherit = "sale.order"

    training_funding = fields.Text(
        string="Funding of the Training",
        help="Contributions of public bodies, of an OPCO or of others, printed on the agreement.",
    )
    training_signed_remotely = fields.Boolean(
        string="Signed at a Distance",
        default=True,
        copy=False,
        help="A private person who signs at a distance or off premises may withdraw for 14 days (Code "
        "de la consommation, L.221-18), else for 10 days (Code du travail, L.6353-5).",
    )
    training_is_contract = fields.Boolean(compute="_compute_training_is_contract")
    has_training = fields.Boolean(compute="_compute_has_training")
    training_agreement_issues = fields.Text(
        string="Missing for the Agreement", compute="_compute_training_agreement_issues"
    )
    passport_attendee_count = fields.Integer(
        string="Attendees to Declare",
        compute="_compute_passport_notice",
        compute_sudo=True,
        help="Seats of this order in trainings that are declared in the Passeport de prévention.",
    )
    passport_unnamed_count = fields.Integer(
        string="Not Yet Named", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_nir_provided_count = fields.Integer(
        string="NIR Provided", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_nir_missing_count = fields.Integer(
        string="NIR Missing", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_nir_refused_count = fields.Integer(
        string="NIR Refused", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_birth_name_missing_count = fields.Integer(
        string="Birth Name Missing", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_siret_missing_count = fields.Integer(
        string="SIRET Missing", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_missing_count = fields.Integer(
        string="Attendees with Data Missing",
        compute="_compute_passport_notice",
        compute_sudo=True,
        help="Attendees who are not named yet, or whose NIR or birth name is not known.",
    )

    @api.depends("has_training", "partner_id.commercial_partner_id.is_company")
    def _compute_training_is_contract(self):
        for order in self:
            # Not even read for who buys no training.
            client = order.has_training and order.partner_id.commercial_partner_id
            order.training_is_contract = bool(client) and not client.is_company

    @api.depends(
        "order_line.service_tracking",
        "order_line.display_type",
        "order_line.product_id.product_tmpl_id.is_passport_training",
        "order_line.event_id.training_id",
        "company_id.passport_events_are_trainings",
    )
    def _compute_has_training(self):
        for order in self:
            order.has_training = bool(self.env["passport.agreement"]._lines(order))

    @api.depends(
        "has_training", "partner_id", "company_id", "order_line.event_id", "order_line.product_id"
    )
    def _compute_training_agreement_issues(self):
        agreement = self.env["passport.agreement"]
        for order in self:
            issues = agreement._issues(order) if order.has_training else []
            order.training_agreement_issues = "\n".join(issues) or False

    @api.depends(
        "partner_id.commercial_partner_id.nir_state",
        "partner_id.commercial_partner_id.birth_name",
        "order_line.product_uom_qty",
        "order_line.product_id.product_tmpl_id.passport_eligible",
        "order_line.event_id.is_subcontracted",
        "order_line.registration_ids.state",
        "order_line.registration_ids.attendee_partner_id.nir_state",
        "order_line.registration_ids.passport_issue_ids",
        "order_line.registration_ids.employer_id.company_registry",
    )
    def _compute_passport_notice(self):
        for order in self:
            order.update(self.env["passport.notice"]._counts(order))

    def action_print_training_agreement(self):
        """Print the agreement of this order.

        :raises UserError: what the law asks for is missing; all of it is named
        """
        self.env["passport.agreement"]._check(self)
        return self.env.ref("passeport_prevention.action_report_agreement").report_action(self)

    def action_passport_attendees(self):
        """Open the attendees of this order with what is known of them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_passport_action"
        )
        action["domain"] = [
            ("sale_order_line_id", "in", self.env["passport.notice"]._lines(self).ids),
            ("state", "!=", "cancel"),
        ]
        action["context"] = {"create": False}
        return action

    def _passport_document_lang(self):
        """Return the language of the documents given to this client: theirs, else French."""
        self.ensure_one()
        return self.partner_id.lang or self.env["res.lang"]._passport_lang()

    def _training_agreement_file_name(self):
        """Return the name of the printed agreement's file."""
        self.ensure_one()
        if self.training_is_contract:
            return self.env._("Training contract - %s", self.name)
        return self.env._("Training agreement - %s", self.name)
