import secrets

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.text import describe_character, forbidden_characters

PREFIXES = {"passport.declaration": "PP", "passport.deposit": "DEP"}
# Neither vowels, which make words, nor what is taken for something else: 0 and O, 1 and I.
MARK_CHARACTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"
MARK_LENGTH = 6
# ID_DECLARATION takes 255 characters, and is followed by a name in the reference.
MAX_LENGTH = 30


class PassportNumbering(models.AbstractModel):
    """The numbers of declarations and deposits: a sequence of each company, and a drawn mark.

    The mark, the same for all numbers drawn at once, is what makes them unique for ever: a database
    restored from an older backup begins to count again where it stood then, and the authority knows
    what it counted afterwards.
    """

    _name = "passport.numbering"
    _description = "Numbers of Declarations and Deposits"

    @api.model
    def _draw(self, company, code, count=1):
        """Return the next ``count`` numbers of a company, as a list.

        :param code: ``passport.declaration`` or ``passport.deposit``
        :raises UserError: the sequence gives numbers that an import file cannot hold
        """
        sequence = self._sequence(company.sudo(), code)
        mark = self._mark()
        numbers = [f"{number}-{mark}" for number in self._next(sequence, count)]
        self._check(sequence, numbers[-1])
        return numbers

    @api.model
    def _mark(self):
        return "".join(secrets.choice(MARK_CHARACTERS) for _place in range(MARK_LENGTH))

    @api.model
    def _next(self, sequence, count):
        """Return the next ``count`` numbers of a sequence, in a constant number of queries."""
        if sequence.implementation != "standard":
            # Without gaps: the row of the sequence is locked for each.
            return [sequence.next_by_id() for _number in range(count)]
        counter = sequence._get_current_sequence()
        table, context = f"ir_sequence_{sequence.id:03d}", {}
        if counter._name != sequence._name:
            table += f"_{counter.id:03d}"
            context = {"ir_sequence_date_range": counter.date_from}
        prefix, suffix = sequence.with_context(**context)._get_prefix_suffix()
        self.env.cr.execute("SELECT nextval(%s) FROM generate_series(1, %s)", (table, count))
        return [
            f"{prefix}{number:0{sequence.padding}d}{suffix}" for (number,) in self.env.cr.fetchall()
        ]

    @api.model
    def _check(self, sequence, number):
        if found := forbidden_characters(number):
            raise UserError(
                self.env._(
                    "The sequence “%(sequence)s” gives the number %(number)s, and an import file holds "
                    "none of these characters: %(characters)s. Change the prefix in Settings, "
                    "Technical, Sequences.",
                    sequence=sequence.name,
                    number=number,
                    characters=" ".join(map(describe_character, found)),
                )
            )
        if len(number) > MAX_LENGTH:
            raise UserError(
                self.env._(
                    "The sequence “%(sequence)s” gives the number %(number)s: it has %(count)s "
                    "characters, and %(max)s are the most. Shorten the prefix in Settings, Technical, "
                    "Sequences.",
                    sequence=sequence.name,
                    number=number,
                    count=len(number),
                    max=MAX_LENGTH,
                )
            )

    # ------------------------------------------------------------
    # The sequences
    # ------------------------------------------------------------

    @api.model
    def _sequence(self, company, code):
        """Return the company's own sequence, made on first use."""
        sequences = company.env["ir.sequence"]
        domain = [("code", "=", code), ("company_id", "=", company.id)]
        if found := sequences.search(domain, limit=1):
            return found
        # Two first declarations at once must not make two sequences.
        if not company.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._(
                    "Somebody else is preparing the first declarations of %s at this moment. Try again "
                    "in a minute.",
                    company.name,
                )
            )
        return sequences.search(domain, limit=1) or sequences.create(
            {
                "name": f"{self.env[code]._description} ({company.name})",
                "code": code,
                "company_id": company.id,
                "prefix": f"{PREFIXES[code]}-%(range_year)s-",
                "padding": 5,
                "use_date_range": True,
            }
        )
