from odoo import api, fields, models

from ...models.ground.followers import Follower, following
from ...tools.nir_text import hide_numbers

CREATE_FOLLOWERS = (Follower("passport.typing", after="_created"),)
WRITE_FOLLOWERS = (Follower("passport.typing", after="_written"),)


class PassportRejectDialog(models.AbstractModel):
    """The authority's words of a rejection, without the numbers in them, and what they mean."""

    _name = "passport.reject.dialog"
    _inherit = ["passport.proposed"]
    _description = "Rejection by the Authority"
    _proposals = {"reject_reason_id": "_proposed_reason"}

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
        self.env["passport.typing"]._propose(self, "reject_reason_id")

    def _proposed_reason(self):
        self.ensure_one()
        return self.env["passport.reject.reason"]._recognise(self.reason)

    @api.onchange("reject_reason_id")
    def _onchange_reject_reason_id(self):
        self.env["passport.typing"]._given(self, ("reject_reason_id",))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._hide_numbers_in(vals)
        with following(CREATE_FOLLOWERS, self, vals_list) as made:
            made.append(super().create(vals_list))
        return made[0]

    def write(self, vals):
        self._hide_numbers_in(vals)
        with following(WRITE_FOLLOWERS, self, vals):
            return super().write(vals)

    @api.model
    def _hide_numbers_in(self, vals):
        if vals.get("reason"):
            vals["reason"] = hide_numbers(vals["reason"])
