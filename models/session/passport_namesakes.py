from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.same_name import name_keys
from ...tools.text import fold

# Whose name is another contact's too, in one of its spellings: the few that are looked at closer.
_SQL_ALIKE = SQL(
    """
    SELECT unnest(array_agg(named.id))
      FROM (SELECT id, unnest(ARRAY[passport_name_key, passport_other_name_key]) AS key
              FROM res_partner
             WHERE active AND birth_name IS NOT NULL AND passport_name_key IS NOT NULL) named
     WHERE named.key IS NOT NULL
     GROUP BY named.key
    HAVING count(*) > 1
    """
)


class PassportNamesakes(models.AbstractModel):
    """Which contacts may be one person, met at several clients or over the years?

    Those of one name, in any of its official spellings, and one birth name, unless two different
    numbers say that they are two. Proposed, never joined: Odoo's own merge of contacts does that, keeps
    the history of all, and is refused where both are declared.
    """

    _name = "passport.namesakes"
    _description = "Contacts That May Be One Person"

    @api.model
    def _of(self, people):
        """Return ``{person: the other contacts they may be}``, of those that the user may see.

        People without any are left out; a constant number of queries.
        """
        keys = {
            person: name_keys(person.name)
            for person in people
            if person.birth_name and not person.is_company
        }
        names = {key for found in keys.values() for key in found}
        if not names:
            return {}
        by_name = defaultdict(set)
        for other in self.env["res.partner"].search(self._called(names)):
            for key in name_keys(other.name):
                by_name[key, fold(other.birth_name)].add(other)
        found = {
            person: {
                other
                for key in found
                for other in by_name[key, fold(person.birth_name)]
                if other.id != person._origin.id
            }
            for person, found in keys.items()
        }
        return self._without_two_numbers(found)

    @api.model
    def _all(self):
        """Return all contacts that may be another one too, of those that the user may see."""
        names = ("passport_name_key", "passport_other_name_key", "birth_name", "active")
        self.env["res.partner"].flush_model(names)
        called_alike = self.env.execute_query(_SQL_ALIKE)
        people = self.env["res.partner"].search([("id", "in", [row[0] for row in called_alike])])
        return people.browse(person.id for person in self._of(people))

    @api.model
    def _called(self, keys):
        called_so = self.env["passport.known.people"]._called(keys)
        people = (
            self.env["res.partner"].sudo()._search(called_so & Domain("birth_name", "!=", False))
        )
        return Domain("id", "in", people)

    @api.model
    def _without_two_numbers(self, found):
        """Leave out whoever has another number: they are two people of one name."""
        numbered = {
            person
            for pair in ({one, *others} for one, others in found.items())
            for person in pair
            if person.nir_state == "provided"
        }
        ids = [person._origin.id for person in numbered]
        shared = self.env["passport.nir.lookup"]._shared(ids)
        result = {}
        for person, others in found.items():
            same = [
                other.id
                for other in others
                if person not in numbered
                or other not in numbered
                or other.id in shared.get(person._origin.id, ())
            ]
            if same:
                result[person] = self.env["res.partner"].browse(sorted(same))
        return result
