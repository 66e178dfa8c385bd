from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What was declared: of a person, or of the people a company employs or sent."""

    _inherit = "res.partner"

    passport_line_count = fields.Integer(
        string="Passport Declarations",
        compute="_compute_passport_line_count",
        groups="passeport_prevention.group_passport_user",
    )

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

    def action_passport_lines(self):
        """Open what was declared of this person, or of the people of this company."""
        self.ensure_one()
        domain = Domain("partner_id", "=", self.id)
        if self.is_company:
            domain = Domain("client_id", "=", self.id) | Domain("employer_id", "=", self.id)
        return self.env["passport.declaration.line"]._history_action(
            list(domain), self.display_name
        )
