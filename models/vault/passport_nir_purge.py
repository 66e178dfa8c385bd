from datetime import timedelta
from functools import cache

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .followers import NEED_SOURCES, PURGE_FOLLOWERS, USE_SOURCES

PURGE_BATCH = 1000


class PassportNirPurge(models.AbstractModel):
    """The purge: a NIR is kept no longer than the declarations need it.

    Two limits, set by each training body: months after the person's last declaration was accepted,
    and months after the collection of a number that was never used. Never while a declaration of
    that person is still to come, waits for its answer, or was rejected and is to be corrected;
    unless its deadline passed so many months ago (a third limit) that it will not come any more.
    Source: GDPR, article 5.1.e (storage limitation).

    What a number is still needed for, or was used for, is known above the vault: the services of
    ``NEED_SOURCES`` answer ``_needed_query()``, the SQL of a column with the ids of the people whose
    number is needed; those of ``USE_SOURCES`` ``_used_query()``, the SQL of the columns person, moment
    of the last use, and moment when its retention ends. So the database alone finds who is due.
    """

    _name = "passport.nir.purge"
    _description = "Purge of the NIR Vault"

    # ------------------------------------------------------------
    # When, and why
    # ------------------------------------------------------------

    @api.model
    def _dates(self, rows):
        """Return ``{row: (date, reason)}``; the date is ``False`` while the NIR is still needed."""
        found = {row_id: rest for row_id, *rest in self._read(rows.ids)}
        return {
            row: self._date(*found[row.id]) if row.id in found else (False, False) for row in rows
        }

    @api.model
    def _date(self, _person_id, is_needed, day, moment, collected_on):
        if is_needed:
            return False, self.env._("Kept: a declaration is pending.")
        return day, self._reason(moment, collected_on)

    @api.model
    def _reason(self, moment, collected_on):
        if moment:
            day = format_date(self.env, moment)
            return self.env._("Last declaration accepted on %s.", day)
        day = format_date(self.env, collected_on)
        return self.env._("Collected on %s and not used since.", day)

    @api.model
    def _read(self, row_ids):
        """Return what tells when these rows are purged, in one query.

        :returns: list of ``(row id, person id, is the number needed?, day of the purge if not, moment
            of the last use or ``None``, moment of the collection)``
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT nir.id, nir.partner_id, %s, coalesce(used.due, %s)::date, used.moment,
                       nir.collected_on
                  FROM %s
                  LEFT JOIN LATERAL (
                    SELECT moment, due FROM %s ORDER BY due DESC, moment DESC LIMIT 1
                  ) used ON TRUE
                 WHERE nir.id = ANY(%s)
                 ORDER BY nir.id
                """,
                self._is_needed(),
                self._unused_until(),
                self._tables(),
                self._uses(),
                row_ids,
            )
        )

    @api.model
    def _tables(self):
        self.env["passport.nir"].flush_model()
        self.env["res.company"].flush_model(["nir_unused_months"])
        return SQL(
            "passport_nir nir JOIN res_company company ON company.id = nir.collecting_company_id"
        )

    @api.model
    def _uses(self):
        """Return the SQL of what the number of the row ``nir`` was used for, with its condition.

        A number collected again after an acceptance was given for something else.
        """
        return SQL(
            "(%s) AS uses(person_id, moment, due) "
            "WHERE person_id = nir.partner_id AND moment >= nir.collected_on",
            SQL(" UNION ALL ").join(self.env[name]._used_query() for name in USE_SOURCES),
        )

    @api.model
    def _is_needed(self):
        return SQL(
            "EXISTS (SELECT 1 FROM (%s) AS needed(person_id) WHERE person_id = nir.partner_id)",
            SQL(" UNION ALL ").join(self.env[name]._needed_query() for name in NEED_SOURCES),
        )

    @api.model
    def _unused_until(self):
        return SQL("nir.collected_on + make_interval(months => company.nir_unused_months)")

    # ------------------------------------------------------------
    # Who is due
    # ------------------------------------------------------------

    @api.model
    def _due_query(self, limit, *, included=True):
        """Return the SQL of the ids of the rows to purge until the day ``limit``, or before it."""
        return SQL(
            "SELECT nir.id FROM %s WHERE %s", self._tables(), self._due_condition(limit, included)
        )

    @api.model
    def _due_condition(self, limit, included=True):
        """Return the SQL that tells whether the row ``nir`` is due.

        In such a form that the database joins whole tables, instead of looking for each number. The
        first part is cheap, and leaves most rows aside where the vault is young.
        """
        last_day = limit if included else limit - timedelta(days=1)
        return SQL(
            """nir.collected_on < %s
            AND NOT EXISTS (SELECT 1 FROM %s AND due::date > %s)
            AND ((%s)::date <= %s OR EXISTS (SELECT 1 FROM %s))
            AND NOT %s""",
            self._collected_before(limit),
            self._uses(),
            last_day,
            self._unused_until(),
            last_day,
            self._uses(),
            self._is_needed(),
        )

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
    def _due(self, row_ids):
        """Return ``{row id: reason}`` of those of these rows that are due today."""
        today = self.env["passport.clock"]._today()
        # Many were used, or collected, at the same moment.
        reason_of = cache(self._reason)
        return {
            row_id: reason_of(moment, collected_on)
            for row_id, _person, is_needed, day, moment, collected_on in self._read(row_ids)
            if not is_needed and day <= today
        }

    # ------------------------------------------------------------
    # Purging
    # ------------------------------------------------------------

    @api.model
    def _purge(self, row_ids):
        """Erase those of these rows whose day has come, with the rule in the log.

        :returns: how many; a constant number of queries
        """
        due = self._due(row_ids)
        self.env["passport.nir"].browse(due)._erase("purge", due)
        return len(due)

    @api.model
    def _run(self, batch=PURGE_BATCH):
        """Purge what is due, batch after batch, each committed: resumable after an interruption."""
        today = self.env["passport.clock"]._today()
        due_ids = [row_id for (row_id,) in self.env.execute_query(self._due_query(today))]
        self.env["ir.cron"]._commit_progress(remaining=len(due_ids))
        for start in range(0, len(due_ids), batch):
            # Looked at again: what was committed meanwhile may keep some of them.
            self._purge(due_ids[start : start + batch])
            left = max(len(due_ids) - start - batch, 0)
            done = len(due_ids) - start - left
            if not self.env["ir.cron"]._commit_progress(done, remaining=left):
                return
        for service in PURGE_FOLLOWERS:
            while removed := self.env[service]._purge_due(batch):
                if not self.env["ir.cron"]._commit_progress(removed):
                    return
