from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..vault.passport_vault import EXPORT

# A line in one of these states still waits for something: its number is kept.
OPEN_STATES = ("prepared", "in_deposit", "deposited")
SEALED_AT_ONCE = 20_000


class PassportNirSeal(models.Model):
    """The number an import file was generated with, sealed for one line of it.

    Made when the file is generated, so that it can be downloaded again byte for byte, even if
    the person's NIR was corrected in the meantime. Removed with the person's NIR (erasure, purge),
    when the deposit goes back to draft, and at the latest when the training body's retention after
    the answer of the authority is over: the file can no longer be generated then, and that is right.

    No user has access; it is opened through the vault's door only.
    """

    _name = "passport.nir.seal"
    _inherit = ["passport.nir.sealed"]
    _description = "NIR Sealed for a File"
    _sealed_for = "line_id"
    _sealed_person = "person_id"

    line_id = fields.Many2one(
        "passport.declaration.line", required=True, ondelete="cascade", readonly=True
    )
    person_id = fields.Many2one(related="line_id.partner_id")

    _line_unique = models.Constraint("unique(line_id)", "A line has one sealed number at most.")

    @api.model
    def _seal(self, numbers):
        """Keep the numbers of a file.

        :param numbers: ``{line id: the 13 characters in the file}``
        """
        # Some at a time: envelopes are long.
        for part in split_every(SEALED_AT_ONCE, numbers.items(), dict):
            self.sudo()._insert(part)

    @api.model
    def _numbers_of(self, lines, deposit):
        """Return ``{line id: number}`` in clear; what is gone or cannot be opened is left out.

        :param deposit: for the access log
        :raises AccessError: the user may not use these numbers
        """
        numbers = self.env["passport.vault"]._sealed_numbers(
            self._name, lines, EXPORT, deposit.name, deposit.company_id
        )
        return {line_id: number for line_id, number in numbers.items() if number}

    @api.model
    def _after_numbers(self, _given, gone, _touched):
        """Remove the numbers of people whose NIR is gone from the files they are in."""
        if gone:
            self.sudo().search([("line_id.partner_id", "in", gone.ids)]).unlink()

    @api.model
    def _forget_lines(self, lines):
        """Remove the numbers of these lines: their file is generated anew, or never again."""
        self.sudo().search([("line_id", "in", lines.ids)]).unlink()

    @api.model
    def _due_domain(self):
        """Return the domain of the seals whose retention is over, by training body."""
        domains = []
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        by_months = companies.search_fetch([], ["nir_retention_months"]).grouped(
            "nir_retention_months"
        )
        for months, found in by_months.items():
            limit = fields.Datetime.now() - relativedelta(months=months)
            over = Domain("line_id.withdrawn_on", "<=", limit) | (
                Domain("line_id.withdrawn_on", "=", False)
                & Domain("line_id.answered_on", "<=", limit)
            )
            domains.append(Domain("line_id.company_id", "in", found.ids) & over)
        return Domain("line_id.state", "not in", OPEN_STATES) & Domain.OR(domains)

    @api.model
    def _purge_due(self, batch):
        """Remove up to ``batch`` seals whose retention is over.

        :returns: how many were removed
        """
        due = self.sudo().search(self._due_domain(), limit=batch)
        texts = {
            deposit: self.env._("File of %s", deposit.name) for deposit in due.line_id.deposit_id
        }
        for company, lines in due.line_id.grouped("company_id").items():
            entries = [(line.partner_id.id, texts.get(line.deposit_id)) for line in lines]
            self.env["passport.nir.access"]._record_each(entries, "purge", company)
        due.unlink()
        return len(due)
