from odoo import fields, models


class PassportSettings(models.TransientModel):
    """The settings of sessions: what a training body's events are."""

    _inherit = "passport.settings"

    passport_events_are_trainings = fields.Boolean(
        related="company_id.passport_events_are_trainings", readonly=False
    )
