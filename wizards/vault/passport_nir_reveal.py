from odoo import api, fields, models


class PassportNirReveal(models.TransientModel):
    """Shows one NIR in clear. The number is read when the dialog shows, and stored nowhere."""

    _name = "passport.nir.reveal"
    _description = "Show a NIR"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Person", required=True, readonly=True)
    nir = fields.Char(
        string="NIR",
        compute="_compute_nir",
        groups="passeport_prevention.group_passport_declarant",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_nir(self):
        for reveal in self:
            reveal.nir = reveal.partner_id.nir
