from datetime import timedelta

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

LOG_MONTHS_PARAMETER = "passeport_prevention.nir_log_months"
LOG_MONTHS = 36
# A log that forgets sooner proves nothing when a person asks who saw the number.
MIN_LOG_MONTHS = 12


class Remembered(fields.Many2one):
    """A link that outlives what it points to, so without a foreign key.

    One would also be checked for each of the hundred thousand entries of a file.
    """

    def update_db_foreign_key(self, model, column):
        """Make no foreign key."""


class PassportNirAccess(models.Model):
    """Append-only log of what was done with NIRs: who, whose, when and why, never the value.

    Nobody changes or deletes an entry, managers and superuser code included. Entries older than
    the period of the settings are removed by Odoo's daily cleaning, in SQL.
    """

    _name = "passport.nir.access"
    _description = "NIR Access Log"
    _order = "id desc"
    _rec_name = "partner_name"

    user_id = Remembered("res.users", string="Who", readonly=True, index=True)
    partner_id = Remembered("res.partner", string="Whose", readonly=True, index=True)
    # What is left of the entry when the contact is deleted.
    partner_name = fields.Char(string="Name at the Time", readonly=True)
    company_id = Remembered("res.company", readonly=True, index=True)
    create_date = fields.Datetime(string="When", readonly=True, index=True)
    action = fields.Selection(
        [
            ("reveal", "Read in clear"),
            ("mask", "Seen in part"),
            ("write", "Entered"),
            ("export", "Put into an import file"),
            ("search", "Searched for"),
            ("refuse", "Refused"),
            ("erase", "Erased"),
            ("purge", "Purged"),
        ],
        string="What",
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Char(
        readonly=True, help="The deposit whose file was exported, or the rule behind a purge."
    )

    @api.model
    def _record(self, partners, action, reason=None):
        """Add one entry for each of ``partners``, in the name of the current user."""
        self._record_each([(person_id, reason) for person_id in partners.ids], action)

    @api.model
    def _record_each(self, entries, action, company=None):
        """Add entries, ``(person id, reason)``, in the name of the current user, in one statement.

        :param company: for which training body it was done; the one that the user works in by default
        """
        if not entries:
            return
        self.env["res.partner"].flush_model(["name"])
        person_ids, reasons = zip(*entries, strict=True)
        self._write_entries(
            """
            INSERT INTO passport_nir_access
                   (create_date, user_id, company_id, action, reason, partner_id, partner_name)
            SELECT %s, %s, %s, %s, whose.reason, partner.id, partner.name
              FROM unnest(%s, %s::varchar[]) WITH ORDINALITY AS whose(id, reason, position)
              JOIN res_partner partner ON partner.id = whose.id
             ORDER BY whose.position
            """,
            (
                *self._entry_values(action, company),
                list(person_ids),
                [reason or None for reason in reasons],
            ),
        )

    @api.model
    def _record_nobody(self, action):
        """Add an entry that concerns nobody: a search for a number that nobody holds."""
        self._write_entries(
            """
            INSERT INTO passport_nir_access (create_date, user_id, company_id, action)
            VALUES (%s, %s, %s, %s)
            """,
            self._entry_values(action),
        )

    @api.model
    def _write_entries(self, statement, values):
        if self.env.cr.readonly:
            # A read replica: Odoo does it all again where the log can be written.
            raise ReadOnlySqlTransaction("the log of accesses cannot be written here")
        self.env.cr.execute(statement, values)

    @api.model
    def _entry_values(self, action, company=None):
        return self.env.cr.now(), self.env.uid, (company or self.env.company).id, action

    @api.model
    def _count_lately(self, action, hours=1):
        """Return how often the user did this within so many hours."""
        since = self.env.cr.now() - timedelta(hours=hours)
        return self.sudo().search_count(
            [
                ("user_id", "=", self.env.uid),
                ("action", "=", action),
                ("create_date", ">", since),
            ]
        )

    @api.model
    def _forget(self, fname, records):
        """Leave out what is deleted: an entry outlives its records, with the name of the time."""
        self._point(fname, records.ids, None)

    @api.model
    def _move(self, sources, target):
        """Give the entries of contacts that are merged to the one that stays."""
        self._point("partner_id", sources.ids, target.id)

    @api.model
    def _point(self, fname, old_ids, new_id):
        self.env.cr.execute(
            SQL(
                "UPDATE passport_nir_access SET %(column)s = %(new)s WHERE %(column)s = ANY(%(old)s)",
                column=SQL.identifier(fname),
                new=new_id,
                old=old_ids,
            )
        )
        self.invalidate_model([fname])

    @api.model
    def _months_kept(self):
        """Return for how many months entries are kept, never fewer than the floor.

        ``None``, for ever, where the parameter is nonsense.
        """
        parameter = self.env["ir.config_parameter"].sudo().get_param(LOG_MONTHS_PARAMETER)
        months = (parameter or str(LOG_MONTHS)).strip()
        is_number = months.isdecimal() and int(months) > 0
        return max(int(months), MIN_LOG_MONTHS) if is_number else None

    def write(self, vals):
        if self:
            raise AccessError(self.env._("The log of accesses to the NIRs cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The log of accesses to the NIRs cannot be deleted."))

    @api.autovacuum
    def _gc_old_entries(self):
        """Remove the entries older than the period of the settings."""
        if months := self._months_kept():
            self.env.cr.execute(
                """
                DELETE FROM passport_nir_access
                 WHERE create_date < (now() AT TIME ZONE 'UTC') - make_interval(months => %s)
                """,
                (months,),
            )
