from odoo import api, fields, models
from odoo.fields import Domain


class PassportStatementPrint(models.TransientModel):
    """From a client's statement to the renewals of its people."""

    _inherit = "passport.statement.print"

    renewal_count = fields.Integer(compute="_compute_renewal_count")

    @api.depends("client_id")
    def _compute_renewal_count(self):
        for dialog in self:
            dialog.renewal_count = len(dialog._to_renew()) if dialog.client_id else 0

    def action_renewals(self):
        """Open the dialog that writes to this client about what ends soon or has ended."""
        self.ensure_one()
        return self.env["passport.renewal.write"]._open(self._to_renew())

    def _to_renew(self):
        renewals = self.env["passport.renewals"]
        return self.env["event.registration"].search(
            Domain("renewal_client_id", "=", self.client_id._origin.id)
            & (renewals._domain("to_renew") | renewals._domain("expired"))
        )
