from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .followers import PURGE_FOLLOWERS, RETENTION_SOURCES

PURGE_BATCH = 500


class PassportNirPurge(models.AbstractModel):
    """The purge: a NIR is kept no longer than the declarations need it.

    Two limits, set by each training body: months after the person's last declaration was accepted,
    and months after the collection of a number that was never used. Never while a declaration of
    that person is still to come, waits for its answer, or was rejected and is to be corrected;
    unless its deadline passed so many months ago (a third limit) that it will not come any more.
    Source: GDPR, article 5.1.e (storage limitation).

    What a number is still needed for is known above the vault: the services of
    ``RETENTION_SOURCES`` are asked ``_retention_facts(people)`` and answer a dictionary with
    ``"pending"``, the ids of those of these people whose number is still needed, and ``"used"``,
    ``{person id: [(moment of the last use, moment when its retention ends), …]}``; either may be left
    out.
    """

    _name = "passport.nir.purge"
    _description = "Purge of the NIR Vault"

    @api.model
    def _dates(self, rows):
        """Return ``{row: (date, reason)}``; the date is ``False`` while the NIR is still needed."""
        facts = self._facts(rows.sudo().partner_id)
        return {row: self._date(row.sudo(), facts) for row in rows}

    @api.model
    def _facts(self, people):
        """Return what the rules need about these people, in a constant number of queries."""
        facts = {"pending": set(), "used": {}}
        for service in RETENTION_SOURCES:
            found = self.env[service]._retention_facts(people)
            facts["pending"] |= found.get("pending", set())
            for person_id, uses in found.get("used", {}).items():
                facts["used"].setdefault(person_id, []).extend(uses)
        return facts

    @api.model
    def _date(self, row, facts):
        if row.partner_id.id in facts["pending"]:
            return False, self.env._("Kept: a declaration is pending.")
        # A number collected again after an acceptance was given for something else.
        used = [
            (due, moment)
            for moment, due in facts["used"].get(row.partner_id.id, ())
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

    @api.model
    def _due_ids(self, operator, limit):
        """Return the ids of the rows to purge before (``<``) or until (``<=``) the day ``limit``."""
        # The columns the rules need, and not the envelopes: there may be a hundred thousand rows.
        rows = (
            self.env["passport.nir"]
            .sudo()
            .search_fetch(
                [("collected_on", "<", self._collected_before(limit))],
                ["partner_id", "collected_on", "collecting_company_id"],
            )
        )
        return [
            row.id
            for row, (day, _reason) in self._dates(rows).items()
            if day and (day < limit or (operator == "<=" and day == limit))
        ]

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
        return min(fields.Datetime.to_datetime(earliest), self.env["passport.clock"]._now())

    @api.model
    def _due(self, rows):
        """Return those of these rows whose day of purge has come, ``{reason: rows}``."""
        today = self.env["passport.clock"]._today()
        due = {}
        for row, (day, reason) in self._dates(rows).items():
            if day and day <= today:
                due[reason] = due.get(reason, rows.browse()) | row
        return due

    @api.model
    def _purge(self, rows):
        """Erase those of these rows whose day has come, with the rule in the log.

        :returns: how many
        """
        due = self._due(rows)
        for reason, found in due.items():
            found._erase("purge", reason)
        return sum(map(len, due.values()))

    @api.model
    def _run(self, batch=PURGE_BATCH):
        """Purge what is due, batch after batch, each committed: resumable after an interruption."""
        vault = self.env["passport.nir"]
        self.env["ir.cron"]._commit_progress(remaining=vault.search_count([]))
        last_id = 0
        while rows := vault.search([("id", ">", last_id)], limit=batch, order="id"):
            last_id = rows[-1].id
            self._purge(rows)
            remaining = vault.search_count([("id", ">", last_id)])
            if not self.env["ir.cron"]._commit_progress(len(rows), remaining=remaining):
                return
        for service in PURGE_FOLLOWERS:
            while removed := self.env[service]._purge_due(batch):
                if not self.env["ir.cron"]._commit_progress(removed):
                    return
