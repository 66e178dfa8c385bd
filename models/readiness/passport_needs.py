from odoo import api, models
from odoo.fields import Domain


class PassportNeeds(models.AbstractModel):
    """What is still to be asked of this person, or of the employer? One answer for all who ask.

    It follows from the issues of an attendee, whatever the state: a number that was purged, found
    wrong or rejected with the birth name is asked for again; of who refuses, who is declared or who
    is not to be declared nothing is asked.
    """

    _name = "passport.needs"
    _description = "Data Still to Be Asked For"

    @api.model
    def _of(self, registrations):
        """Return ``{registration: names of the data}`` of a whole recordset, in one query.

        :returns: frozensets of names in ``passport.issue.ASKABLE``: ``name``, ``nir``,
            ``birth_name``, ``employer``, ``siret``; empty where nothing is to be asked
        """
        return {
            registration: self._of_codes(seen.passport_issue_ids.mapped("code"))
            for registration, seen in zip(registrations, registrations.sudo(), strict=True)
        }

    @api.model
    def _of_codes(self, codes):
        """Return what the issues with these codes ask for, as a frozenset of names."""
        kinds = self.env["passport.issue"]._kinds()
        found = [kinds[code] for code in codes]
        if any(kind.stops_asking for kind in found):
            return frozenset()
        return frozenset().union(*(kind.asks for kind in found))

    @api.model
    def _domain(self, *names):
        """Return the domain of the registrations of which one of these data is to be asked."""
        kinds = self.env["passport.issue"]._kinds().values()
        asking = [kind.id for kind in kinds if not kind.asks.isdisjoint(names)]
        stopping = [kind.id for kind in kinds if kind.stops_asking]
        return Domain("passport_issue_ids", "in", asking) & Domain(
            "passport_issue_ids", "not in", stopping
        )
