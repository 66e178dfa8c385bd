from odoo import api, fields, models, tools

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

    @api.model
    @tools.ormcache()
    def _passport_training_bodies(self):
        """Return the ids of the training bodies that hold trainings only: asked for each event."""
        companies = self.sudo().with_context(active_test=False)
        return frozenset(companies.search([("passport_events_are_trainings", "=", True)])._ids)

    def _passport_holds_trainings_only(self):
        """Tell whether all events of this company are trainings."""
        return bool(self) and self.id in self._passport_training_bodies()

    def cache_invalidation_fields(self):
        return super().cache_invalidation_fields() | {"passport_events_are_trainings"}

    def write(self, vals):
        with following(WRITE_FOLLOWERS, self, vals):
            return super().write(vals)
