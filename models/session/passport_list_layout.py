import json

from odoo import api, fields, models

from ...tools import list_reader


class PassportListLayout(models.Model):
    """What the columns of a client's lists hold, where somebody corrected what was found.

    Known again by the labels of the columns. Nobody has a right to this model.
    """

    _name = "passport.list.layout"
    _description = "Layout of a Client's Lists"
    _rec_name = "client_id"

    client_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    signature = fields.Char(required=True)
    columns = fields.Char(required=True, help="JSON: the field of each column, by its position.")

    _client_signature_unique = models.Constraint(
        "unique(client_id, signature)", "A layout of a client is kept once."
    )

    @api.model
    def _known(self, client, columns):
        """Return ``{position: field}`` as it was said of this client's lists, or ``None``."""
        domain = [
            ("client_id", "=", client.commercial_partner_id.id),
            ("signature", "=", list_reader.signature_of(columns)),
        ]
        layout = self.sudo().search(domain, limit=1) if client else self.browse()
        if not layout:
            return None
        return {int(position): name for position, name in json.loads(layout.columns).items()}

    @api.model
    def _remember(self, client, columns, chosen):
        """Keep what somebody said that the columns of this client's lists hold."""
        signature = list_reader.signature_of(columns)
        # Labels that nobody wrote tell nothing of the next list.
        if not client or not signature.strip("|"):
            return
        values = {
            "client_id": client.commercial_partner_id.id,
            "signature": signature,
            "columns": json.dumps(chosen),
        }
        layouts = self.sudo()
        domain = [(fname, "=", values[fname]) for fname in ("client_id", "signature")]
        if layout := layouts.search(domain, limit=1):
            layout.columns = values["columns"]
        else:
            layouts.create(values)
