from odoo import api, fields, models
from odoo.exceptions import AccessError

LOG_MONTHS_PARAMETER = "passeport_prevention.nir_log_months"
LOG_MONTHS = 36


class PassportNirAccess(models.Model):
    """Append-only log of what was done with NIRs: who, whose, when and why, never the value.

    Nobody changes or deletes an entry, managers and superuser code included. Entries older than
    the period of the settings are removed by Odoo's daily cleaning, in SQL.
    """

    _name = "passport.nir.access"
    _description = "NIR Access Log"
    _order = "id desc"
    _rec_name = "partner_name"

    user_id = fields.Many2one("res.users", string="Who", readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", string="Whose", readonly=True, ondelete="set null", index=True
    )
    # What is left of the entry when the contact is deleted.
    partner_name = fields.Char(string="Name at the Time", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    create_date = fields.Datetime(string="When", readonly=True, index=True)
    action = fields.Selection(
        [
            ("reveal", "Read in clear"),
            ("mask", "Seen in part"),
            ("write", "Entered"),
            ("export", "Put into an import file"),
            ("refuse", "Refused"),
            ("erase", "Erased"),
            ("purge", "Purged"),
        ],
        string="What",
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Char(
        readonly=True, help="The deposit whose file was exported, or the rule behind a purge."
    )

    @api.model
    def _record(self, partners, action, reason=None):
        """Add one entry for each of ``partners``, in the name of the current user."""
        self.sudo().create(
            [
                {
                    "user_id": self.env.uid,
                    "partner_id": partner.id,
                    "partner_name": partner.name,
                    "company_id": self.env.company.id,
                    "action": action,
                    "reason": reason,
                }
                for partner in partners.sudo()
            ]
        )

    def write(self, vals):
        if self:
            raise AccessError(self.env._("The log of accesses to the NIRs cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The log of accesses to the NIRs cannot be deleted."))

    @api.autovacuum
    def _gc_old_entries(self):
        """Remove the entries older than the period of the settings."""
        parameter = self.env["ir.config_parameter"].sudo().get_param(LOG_MONTHS_PARAMETER)
        months = int(parameter or LOG_MONTHS)
        if months > 0:
            self.env.cr.execute(
                """
                DELETE FROM passport_nir_access
                 WHERE create_date < (now() AT TIME ZONE 'UTC') - make_interval(months => %s)
                """,
                (months,),
            )
