from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What was declared: of a person, or of the people a company employs or sent."""

    _inherit = "res.partner"

    passport_no_statement_mail = fields.Boolean(
        string="No Passport Statements",
        help="No statement of what was declared is sent to this contact by itself.",
    )
    passport_has_statement = fields.Boolean(
        compute="_compute_passport_has_statement",
        groups="passeport_prevention.group_passport_user,sales_team.group_sale_salesman",
    )
    passport_line_count = fields.Integer(
        string="Passport Declarations",
        compute="_compute_passport_line_count",
        groups="passeport_prevention.group_passport_user",
    )

    @api.depends("is_company")
    def _compute_passport_has_statement(self):
        clients = self.env["passport.statement"]._with_people(self.filtered("is_company"))
        for partner in self:
            partner.passport_has_statement = partner._origin in clients

    @api.depends("is_company")
    def _compute_passport_line_count(self):
        lines = self.env["passport.declaration.line"]
        own = dict(lines._read_group([("partner_id", "in", self.ids)], ["partner_id"], ["__count"]))
        companies = self.filtered("is_company")
        # A line of an establishment's employee whose head office booked counts once for each.
        pairs = lines._read_group(
            Domain("client_id", "in", companies.ids) | Domain("employer_id", "in", companies.ids),
            ["client_id", "employer_id"],
            ["__count"],
        )
        for partner in self:
            partner.passport_line_count = (
                sum(count for client, employer, count in pairs if partner in client | employer)
                if partner in companies
                else own.get(partner, 0)
            )

    def _takes_statement_mail(self):
        """Tell whether a statement may be sent to this contact, and can be."""
        self.ensure_one()
        return bool(
            self.active
            and self.email_normalized
            and not self.passport_no_statement_mail
            and not self.is_blacklisted
        )

    def action_passport_statement(self):
        """Open the dialog that makes the statement of what was declared of this client's people."""
        self.ensure_one()
        return self.env["passport.statement.print"]._open(self.commercial_partner_id)

    def action_passport_lines(self):
        """Open what was declared of this person, or of the people of this company."""
        self.ensure_one()
        domain = Domain("partner_id", "=", self.id)
        if self.is_company:
            domain = Domain("client_id", "=", self.id) | Domain("employer_id", "=", self.id)
        return self.env["passport.declaration.line"]._history_action(
            list(domain), self.display_name
        )
