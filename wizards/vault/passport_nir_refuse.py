from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PassportNirRefuse(models.TransientModel):
    """Records that a person refuses to give the NIR, with the written proof the law wants kept."""

    _name = "passport.nir.refuse"
    _description = "Record a Refusal to Give the NIR"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Person", required=True, readonly=True)
    date = fields.Date(
        string="Refused On",
        required=True,
        default=lambda self: self.env["passport.clock"]._today(),
        help="The day on which the person refused, as the written proof says.",
    )
    proof = fields.Binary(
        string="Written Proof",
        attachment=False,
        help="The signed letter or the e-mail in which the person refuses: the law wants it kept.",
    )
    proof_name = fields.Char()

    @api.onchange("proof_name")
    def _onchange_proof_name(self):
        self.proof_name = self.env["passport.masking"]._text(self.proof_name)

    def action_confirm(self):
        """Keep the proof with the contact and record the refusal."""
        self.ensure_one()
        if not self.proof:
            raise ValidationError(
                self.env._("Attach the written refusal: you have to be able to show it.")
            )
        if self.date > self.env["passport.clock"]._today():
            raise ValidationError(self.env._("The refusal lies in the future."))
        self.partner_id.action_nir_refused()
        self.env["passport.nir.refusal"]._keep_proof(
            self.partner_id,
            self.proof_name or self.env._("Refusal to give the NIR"),
            fields.Datetime.to_datetime(self.date),
            datas=self.proof,
        )
        self.proof = False
        return {"type": "ir.actions.act_window_close"}
