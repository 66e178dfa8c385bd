from odoo import api, fields, models

from ...tools.nir_text import hide_numbers


class PassportRejectDialog(models.AbstractModel):
    """The authority's words of a rejection, without the numbers in them, and what they mean."""

    _name = "passport.reject.dialog"
    _description = "Rejection by the Authority"

    reason = fields.Char(required=True, help="What the authority answered, in its own words.")
    reject_reason_id = fields.Many2one(
        "passport.reject.reason",
        string="Kind of Rejection",
        compute="_compute_reject_reason_id",
        store=True,
        readonly=False,
        help="Recognised in the words of the authority; it decides what has to be corrected.",
    )

    @api.depends("reason")
    def _compute_reject_reason_id(self):
        for dialog in self:
            reasons = self.env["passport.reject.reason"]
            dialog.reject_reason_id = reasons._recognise(dialog.reason)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._hide_numbers_in(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._hide_numbers_in(vals)
        return super().write(vals)

    @api.model
    def _hide_numbers_in(self, vals):
        if vals.get("reason"):
            vals["reason"] = hide_numbers(vals["reason"])
