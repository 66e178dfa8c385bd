from odoo import fields, models

from ..ground.followers import Follower, following

# Who else looks at training bodies that are written, in this order.
WRITE_FOLLOWERS = (Follower("passport.refresh", after="_companies_changed"),)


class ResCompany(models.Model):
    """What a training body's events are: trainings, or trainings among others."""

    _inherit = "res.company"

    passport_events_are_trainings = fields.Boolean(
        string="Our Events Are Trainings",
        help="Each event is a session of a training, and asks for it until one is chosen. Leave this "
        "empty if you hold other events too, such as conferences: then only those with a training "
        "concern the Passeport de prévention.",
    )

    def write(self, vals):
        with following(WRITE_FOLLOWERS, self, vals):
            return super().write(vals)
