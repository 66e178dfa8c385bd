from odoo import api, fields, models

from ...models.vault.followers import ERASURE_SOURCES


class PassportNirErase(models.TransientModel):
    """Erases the NIR of one person on request, after saying what follows from it."""

    _name = "passport.nir.erase"
    _description = "Erase a NIR"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Person", required=True, readonly=True)
    consequences = fields.Text(compute="_compute_consequences")

    @api.depends("partner_id")
    def _compute_consequences(self):
        for wizard in self:
            wizard.consequences = "\n".join(f"• {text}" for text in wizard._consequence_texts())

    def _consequence_texts(self):
        """Return what erasing the NIR of this person means, in sentences."""
        self.ensure_one()
        texts = [self.env._("The number is erased for good; only the person can give it again.")]
        for service in ERASURE_SOURCES:
            texts += self.env[service]._erasure_texts(self.partner_id)
        texts.append(self.env._("What was declared stays readable here, without the number."))
        return texts

    def action_confirm(self):
        """Erase the NIR."""
        self.ensure_one()
        self.partner_id._erase_nir()
        return {"type": "ir.actions.act_window_close"}
