from collections.abc import Iterable
from typing import NamedTuple

from odoo import api, models
from odoo.tools import html2plaintext

from ...tools.training_guess import guess
from ...tools.training_topics import plain
from ...tools.training_words import likeness

# What comes before the key of a family in its identifier.
PREFIX = "training_family_"


class Described(NamedTuple):
    """What is known of something that may be a training."""

    title: str
    code: str = ""
    description: str = ""


class Proposal(NamedTuple):
    """The families something may belong to, best first, and whether the first one surely is it."""

    families: models.BaseModel
    is_sure: bool


class PassportTrainingGuess(models.AbstractModel):
    """Which official family does a training or a product mean, and how surely?

    The families that come with the addon are known by the words of ``tools/training_guess.py``, those
    that users made by their name and keywords. Archived ones are not proposed.
    """

    _name = "passport.training.guess"
    _description = "Guess of Families"

    @api.model
    def _of(self, described: Iterable[Described]) -> list[Proposal]:
        """Return a :class:`Proposal` for each, in a constant number of queries."""
        families = self.env["training.family"].search_fetch([], ["name", "keywords"])
        by_key = self._by_key(families)
        shipped = set(by_key.values())
        own = families.filtered(lambda family: family.id not in shipped)
        known = [(family.id, family.name, (family.keywords or "").split("/")) for family in own]
        names = {plain(family.name): family.id for family in families}
        return [self._proposal(one, by_key, known, names) for one in described]

    @api.model
    def _of_products(self, products):
        """Return ``{product: proposal}``, by the title in the language that is declared."""
        spoken = products.with_context(lang=self.env["res.lang"]._passport_lang())
        described = [
            Described(
                product.name or "",
                product.default_code or "",
                html2plaintext(product.description_sale or product.description or ""),
            )
            for product in spoken
        ]
        return dict(zip(products, self._of(described), strict=True))

    def _proposal(self, one, by_key, known, names):
        found = guess(one.title, one.code, one.description)
        ids = [by_key[key] for key in found.families if key in by_key]
        # A family that is archived leaves the place to another one, which is not what is meant.
        is_sure = found.is_sure and found.families[0] in by_key
        if same := names.get(plain(one.title)):
            ids, is_sure = [same, *ids], True
        elif not ids:
            ids = [family_id for family_id, _score in likeness(one.title, known)]
        return Proposal(self.env["training.family"].browse(dict.fromkeys(ids)), is_sure)

    def _by_key(self, families):
        """Return ``{key: id}`` of those of these families that come with the addon."""
        data = self.env["ir.model.data"].sudo()
        rows = data.search_fetch(
            [
                ("module", "=", "passeport_prevention"),
                ("model", "=", families._name),
                ("res_id", "in", families.ids),
            ],
            ["name", "res_id"],
        )
        return {row.name.removeprefix(PREFIX): row.res_id for row in rows}
