from odoo import api, fields, models


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
        person = self.partner_id
        registrations = self.env["event.registration"].sudo()
        pending = registrations.search_count(
            [
                ("attendee_partner_id", "=", person.id),
                ("passport_state", "in", ("blocked", "ready", "rejected")),
            ]
        )
        lines = self.env["passport.declaration.line"].sudo()
        deposited = lines.search([("partner_id", "=", person.id), ("is_live", "=", True)])
        texts = [self.env._("The number is erased for good; only the person can give it again.")]
        if pending:
            texts.append(
                self.env._("%s trainings of this person can no longer be declared by you.", pending)
            )
        for declaration in deposited.declaration_id:
            texts.append(
                self.env._(
                    "The import file that holds the declaration %s can no longer be generated.",
                    declaration.name,
                )
            )
        texts.append(self.env._("What was declared stays readable here, without the number."))
        return texts

    def action_confirm(self):
        """Erase the NIR."""
        self.ensure_one()
        self.partner_id._erase_nir()
        return {"type": "ir.actions.act_window_close"}
