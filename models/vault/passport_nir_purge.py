from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

PURGE_BATCH = 500
# A NIR is kept while one of its person's registrations is in one of these states.
PENDING_STATES = ("blocked", "ready", "in_progress", "rejected")


class PassportNir(models.Model):
    """The purge: a NIR is kept no longer than the declarations need it.

    Two limits, set by each training body: months after the person's last declaration was accepted,
    and months after the collection of a number that was never used. Never while a declaration of
    that person is still to come, waits for its answer, or was rejected and is to be corrected;
    unless its deadline passed so many months ago (a third limit) that it will not come any more.
    Source: GDPR, article 5.1.e (storage limitation).
    """

    _inherit = "passport.nir"

    purge_on = fields.Date(
        string="To Purge On",
        compute="_compute_purge",
        search="_search_purge_on",
        help="Empty while a declaration of this person is pending.",
    )
    purge_reason = fields.Char(string="Why", compute="_compute_purge")

    @api.depends("collected_on", "collecting_company_id")
    def _compute_purge(self):
        facts = self._purge_facts()
        for row in self:
            row.purge_on, row.purge_reason = row._purge_date(facts)

    @api.model
    def _search_purge_on(self, operator, value):
        if operator not in ("<", "<="):
            return NotImplemented
        limit = fields.Date.to_date(value)
        # The columns the rules need, and not the envelopes: there may be a hundred thousand rows.
        rows = self.sudo().search_fetch(
            [("collected_on", "<", self._collected_before(limit))],
            ["partner_id", "collected_on", "collecting_company_id"],
        )
        found = rows.filtered(
            lambda row: (
                row.purge_on
                and (row.purge_on < limit or (operator == "<=" and row.purge_on == limit))
            )
        )
        return [("id", "in", found.ids)]

    @api.model
    def _collected_before(self, limit):
        """Return the moment before which a number was collected that can be due on ``limit``.

        Each rule adds months to the collection or to something later, so the shortest one counts.
        Months differ in length, hence some days more. Nothing is due on the day it is collected.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        found = companies.search_fetch([], ["nir_retention_months", "nir_unused_months"])
        months = min(
            min(company.nir_retention_months, company.nir_unused_months) for company in found
        )
        earliest = limit - relativedelta(months=months) + relativedelta(days=4)
        return min(fields.Datetime.to_datetime(earliest), fields.Datetime.now())

    def _purge_facts(self):
        """Return what the rules need about the people of these rows, in two queries.

        :returns: ``{"pending": {partner ids}, "accepted": {partner id: [(moment, due), …]}}``: for
            each training body its last acceptance, and when its retention ends
        """
        people = self.sudo().partner_id
        pending = (
            self.env["event.registration"]
            .sudo()
            ._read_group(
                Domain("attendee_partner_id", "in", people.ids)
                & Domain("passport_state", "in", PENDING_STATES)
                & self._still_to_come_domain(),
                ["attendee_partner_id"],
            )
        )
        accepted = (
            self.env["passport.declaration.line"]
            .sudo()
            ._read_group(
                [("partner_id", "in", people.ids), ("state", "=", "accepted")],
                ["partner_id", "company_id"],
                ["answered_on:max"],
            )
        )
        by_person = {}
        for person, company, moment in accepted:
            due = moment + relativedelta(months=company.nir_retention_months)
            by_person.setdefault(person.id, []).append((moment, due))
        return {"pending": {person.id for (person,) in pending}, "accepted": by_person}

    @api.model
    def _still_to_come_domain(self):
        """Return the domain of the registrations whose deadline did not pass too long ago.

        Without a deadline the end of the session counts; without a company the longest limit.
        """
        today = self.env["passport.clock"]._today()
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        by_months = companies.search_fetch([], ["nir_overdue_months"]).grouped("nir_overdue_months")
        longest = max(by_months, default=0)

        def not_before(months):
            limit = today - relativedelta(months=months)
            return Domain("passport_deadline", ">=", limit) | (
                Domain("passport_deadline", "=", False) & Domain("event_id.date_end", ">=", limit)
            )

        return (Domain("company_id", "=", False) & not_before(longest)) | Domain.OR(
            Domain("company_id", "in", found.ids) & not_before(months)
            for months, found in by_months.items()
        )

    def _purge_date(self, facts):
        """Return ``(date, reason)``; the date is ``False`` while the NIR is still needed."""
        self.ensure_one()
        row = self.sudo()
        if row.partner_id.id in facts["pending"]:
            return False, self.env._("Kept: a declaration is pending.")
        # A number collected again after an acceptance was given for something else.
        used = [
            (due, moment)
            for moment, due in facts["accepted"].get(row.partner_id.id, ())
            if moment >= row.collected_on
        ]
        if used:
            due, moment = max(used)
            day = format_date(self.env, moment)
            return due.date(), self.env._("Last declaration accepted on %s.", day)
        months = row.collecting_company_id.nir_unused_months
        day = format_date(self.env, row.collected_on)
        return (
            (row.collected_on + relativedelta(months=months)).date(),
            self.env._("Collected on %s and not used since.", day),
        )

    def _due(self):
        """Return the rows whose day of purge has come."""
        today = self.env["passport.clock"]._today()
        return self.filtered(lambda row: row.purge_on and row.purge_on <= today)

    def action_purge_due(self):
        """Purge those of these rows that are due; managers only, the others stay."""
        self.check_access("unlink")
        due = self._due()
        due._purge()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(purged)s NIRs purged, %(kept)s kept.",
                    purged=len(due),
                    kept=len(self) - len(due),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_purge(self, batch=PURGE_BATCH):
        """Purge what is due, batch after batch, each committed: resumable after an interruption."""
        self.env["ir.cron"]._commit_progress(remaining=self.search_count([]))
        last_id = 0
        while rows := self.search([("id", ">", last_id)], limit=batch, order="id"):
            last_id = rows[-1].id
            rows._due()._purge()
            remaining = self.search_count([("id", ">", last_id)])
            if not self.env["ir.cron"]._commit_progress(len(rows), remaining=remaining):
                return
        while removed := self.env["passport.nir.seal"]._purge_due(batch):
            if not self.env["ir.cron"]._commit_progress(removed):
                return

    def _purge(self):
        """Erase these NIRs because their retention is over, with the rule in the log."""
        for reason, rows in self.grouped("purge_reason").items():
            rows._erase("purge", reason)
