from odoo import api, models

from ..ground.followers import following
from .followers import PARTNER_FOLLOWERS


class PassportBirthNames(models.AbstractModel):
    """The birth names of many people at once: whoever follows what is written is called once."""

    _name = "passport.birth.names"
    _description = "Birth Names of Many People"

    @api.model
    def _set(self, names):
        """Write birth names, in a constant number of queries.

        :param names: ``{person: birth name}``
        """
        # Browsed together, so that what Odoo reads for the first of these writes is read for all.
        people = self.env["res.partner"].browse([person.id for person in names])
        with following(PARTNER_FOLLOWERS, people, {"birth_name": True}):
            # What each write alone would look up is looked up once, at the end.
            later = people.with_context(passport_close_later=True)
            for person, birth_name in zip(later, names.values(), strict=True):
                person.birth_name = birth_name
