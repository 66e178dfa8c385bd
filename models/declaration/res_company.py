from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import authority_file

# Sent weekly; the scheduled action may be late or run again.
DIGEST_DAYS = 6


class ResCompany(models.Model):
    """How a training body declares: the size of declarations, the form of its files, its digest,
    and how often its clients get a statement.
    """

    _inherit = "res.company"

    passport_max_attendees = fields.Integer(
        string="Attendees per Declaration in a File",
        default=authority_file.MAX_ROWS_PER_DECLARATION,
        help="The authority takes 1 to 500 attendees per declaration of an import file.",
    )
    passport_max_attendees_form = fields.Integer(
        string="Attendees per Declaration in the Web Form",
        default=authority_file.MAX_ROWS_WEB_FORM,
        help="The authority's web form takes 1 to 50 attendees per declaration.",
    )
    passport_line_end = fields.Selection(
        [("crlf", "CRLF (Windows)"), ("lf", "LF (Unix)")],
        string="Line End",
        default="crlf",
        help="Change this only if the authority refuses your files.",
    )
    passport_bom = fields.Boolean(
        string="Byte Order Mark",
        help="Tick this only if the authority refuses a file for its encoding.",
    )

    passport_statement_rhythm = fields.Selection(
        [
            ("month", "Every month"),
            ("quarter", "Every quarter"),
            ("year", "Every year"),
        ],
        string="Statements to Clients",
        default="quarter",
        help="How often clients get the statement of what was declared of their people, once statements "
        "are switched on in “What May Be Sent”.",
    )

    def _passport_line_end(self):
        """Return how lines of files end; companies that were there before the setting have none."""
        return self.passport_line_end or "crlf"

    @api.constrains("passport_max_attendees", "passport_max_attendees_form")
    def _check_passport_max_attendees(self):
        for company in self:
            if not 1 <= company.passport_max_attendees <= authority_file.MAX_ROWS_PER_DECLARATION:
                raise ValidationError(
                    self.env._(
                        "%(company)s: a declaration in an import file holds 1 to %(limit)s attendees.",
                        company=company.name,
                        limit=authority_file.MAX_ROWS_PER_DECLARATION,
                    )
                )
            if not 1 <= company.passport_max_attendees_form <= authority_file.MAX_ROWS_WEB_FORM:
                raise ValidationError(
                    self.env._(
                        "%(company)s: a declaration in the web form holds 1 to %(limit)s attendees.",
                        company=company.name,
                        limit=authority_file.MAX_ROWS_WEB_FORM,
                    )
                )

    def _passport_max_attendees(self, channel):
        """Return the most attendees of one declaration through ``channel`` (``file`` or ``form``)."""
        self.ensure_one()
        return (
            self.passport_max_attendees_form if channel == "form" else self.passport_max_attendees
        )

    @api.model
    def _cron_passport_digest(self):
        """Send each company its digest; nothing to those that have nothing to be told."""
        limit = self.env["passport.clock"]._today() - timedelta(days=DIGEST_DAYS)
        companies = self.search(
            ["|", ("passport_digest_on", "=", False), ("passport_digest_on", "<=", limit)]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self.env["passport.apart"]._do(
                "Weekly digest", company, self.env["passport.digest"]._send
            )
            if not self.env["ir.cron"]._commit_progress(1):
                break
