from datetime import timedelta

from odoo import api, models

# Sent weekly; the scheduled action may be late or run again.
DIGEST_DAYS = 6


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _cron_passport_digest(self):
        """Send each company its digest; nothing to those that have nothing to be told."""
        limit = self.env["passport.clock"]._today() - timedelta(days=DIGEST_DAYS)
        companies = self.search(
            ["|", ("passport_digest_on", "=", False), ("passport_digest_on", "<=", limit)]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self.env["passport.digest"]._send(company)
            if not self.env["ir.cron"]._commit_progress(1):
                break
