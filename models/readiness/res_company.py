from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import alert_days


class ResCompany(models.Model):
    """Who is told of the deadlines of a training body, and when."""

    _inherit = "res.company"

    passport_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for Deadlines",
        ondelete="set null",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Gets the alerts of the sessions that have no responsible of their own.",
    )
    passport_alert_days = fields.Char(
        string="Alerts before a Deadline",
        default=alert_days.DEFAULT,
        help="Days before the deadline of a session, separated by /, on which its responsible is "
        "told. Empty: no alert.",
    )
    nir_overdue_months = fields.Integer(
        string="Purge after a Missed Deadline",
        default=12,
        help="An attendee whose deadline passed longer ago no longer keeps the NIR from being purged.",
    )
    passport_first_day = fields.Date(
        string="First Declared Day",
        help="Trainings that ended earlier do not concern the Passeport de prévention. Empty: the first day "
        "that the law has training bodies declare. An earlier day has older trainings declared "
        "voluntarily.",
    )
    passport_without_accents = fields.Boolean(
        string="Birth Names without Accents",
        help="Birth names are declared with plain letters: LEFEVRE for LEFÈVRE, OEUVRARD for ŒUVRARD. Tick this "
        "only if the authority does not recognise people because of their accents; contacts keep what was "
        "typed.",
    )
    passport_digest_on = fields.Date(string="Last Digest Sent On", readonly=True, copy=False)

    @api.constrains("passport_alert_days")
    def _check_passport_alert_days(self):
        self._check_day_list("passport_alert_days")

    def _check_day_list(self, fname):
        """Refuse a setting such as ``60/30/7`` that cannot be read.

        :raises ValidationError: names the company and what was typed
        """
        for company in self:
            try:
                alert_days.parse(company[fname])
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(company)s: “%(days)s” is no list of days. Write numbers from 0 to %(most)s "
                        "separated by /, such as 60/30/7.",
                        company=company.name,
                        days=company[fname],
                        most=alert_days.MAX_DAYS,
                    )
                ) from error

    @api.constrains("passport_responsible_id")
    def _check_passport_responsible(self):
        for company in self.sudo():
            user = company.passport_responsible_id
            if user and company not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s has no access to the company %(company)s and cannot be responsible for "
                        "its deadlines.",
                        user=user.name,
                        company=company.name,
                    )
                )

    @api.constrains("nir_overdue_months")
    def _check_nir_overdue_months(self):
        for company in self:
            if company.nir_overdue_months < 1:
                raise ValidationError(
                    self.env._(
                        "%s: a NIR is kept 1 month or more after a missed deadline.", company.name
                    )
                )

    def _passport_first_day(self):
        """Return the day from which on this company declares, ``None`` without any law."""
        return self.passport_first_day or self.env["passport.law"]._since("body_declares")

    def _passport_alert_days(self):
        """Return the days before a deadline on which this company tells; the default without one."""
        text = self.passport_alert_days if self else alert_days.DEFAULT
        return alert_days.parse(text)
