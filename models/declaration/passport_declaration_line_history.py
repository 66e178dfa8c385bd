from odoo import api, fields, models


class PassportDeclarationLine(models.Model):
    """What was declared, when and with which file: seen from a person, a client, an order."""

    _inherit = "passport.declaration.line"

    client_id = fields.Many2one(
        related="registration_id.partner_id.commercial_partner_id",
        string="Client",
        store=True,
        index="btree_not_null",
    )
    sale_order_id = fields.Many2one(
        related="registration_id.sale_order_id", store=True, index="btree_not_null"
    )
    date_end = fields.Date(related="declaration_id.date_end", string="End of Training", store=True)
    declaration_reference = fields.Char(related="declaration_id.reference")
    document = fields.Selection(related="declaration_id.document", store=True)
    channel = fields.Selection(related="declaration_id.channel", store=True)
    file_name = fields.Char(related="deposit_id.file_name")
    file_sha256 = fields.Char(related="deposit_id.file_sha256")

    @api.model
    def _history_action(self, domain, name):
        """Return the action that opens the lines of ``domain``, all states included."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declaration_line_action"
        )
        return {
            **action,
            "domain": domain,
            "context": {},
            "display_name": self.env._("Declared: %s", name),
        }
