from odoo import api, models
from odoo.exceptions import UserError


class PassportDepositGate(models.AbstractModel):
    """Declarations come and go while a deposit is a draft, and never while its file is being made.

    Whoever changes what a deposit holds, or makes its file, holds the deposit until the end of the
    transaction. Whoever changes what it holds also writes on it: a file that was begun before, from
    what was there then, cannot be finished any more, and Odoo begins it again.
    """

    _name = "passport.deposit.gate"
    _description = "Gate of a Deposit"

    @api.model
    def _hold(self, deposits):
        """Keep everybody else from changing these deposits until the end of the transaction.

        :raises UserError: somebody else is changing one of them at this moment
        """
        deposits = deposits.sudo()
        deposits.flush_recordset()
        busy = deposits - deposits.try_lock_for_update(allow_referencing=True)
        if busy:
            raise UserError(
                self.env._(
                    "Somebody else is working on %s at this moment. Try again in a minute.",
                    ", ".join(busy.mapped("name")),
                )
            )
        # What was read before may be older than the lock.
        deposits.invalidate_recordset()

    @api.model
    def _pass(self, declarations, deposit):
        """Let declarations out of where they are and into ``deposit`` (empty: into none).

        :raises UserError: a deposit is no draft any more, or the declarations do not belong into it
        """
        deposits = (declarations.sudo().deposit_id | deposit.sudo()).exists()
        if not deposits:
            return
        self._hold(deposits)
        deposits._check_state("draft")
        if deposit:
            self._check_fit(declarations.sudo(), deposit.sudo())
        self.env.cr.execute(
            "UPDATE passport_deposit SET write_date = now() AT TIME ZONE 'UTC' WHERE id = ANY(%s)",
            (deposits.ids,),
        )
        deposits.invalidate_recordset(["write_date"], flush=False)

    @api.model
    def _strangers(self, deposit):
        """Return declarations that a deposit holds and should not, one at least if there is any."""
        return (
            self.env["passport.declaration"]
            .sudo()
            .search(
                [
                    ("deposit_id", "=", deposit.id),
                    "|",
                    "|",
                    ("document", "!=", deposit.document),
                    ("company_id", "!=", deposit.company_id.id),
                    ("channel", "!=", "file"),
                ],
                limit=1,
            )
        )

    @api.model
    def _check_fit(self, declarations, deposit):
        """Check that declarations are of the deposit's document and company, for an import file."""
        for declaration in declarations:
            if (
                declaration.document != deposit.document
                or declaration.company_id != deposit.company_id
                or declaration.channel != "file"
            ):
                raise UserError(
                    self.env._(
                        "%(declaration)s does not belong in %(deposit)s: a deposit holds import "
                        "file declarations of one document and one company.",
                        declaration=declaration.name,
                        deposit=deposit.name,
                    )
                )
