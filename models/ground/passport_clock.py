import pytz

from odoo import api, fields, models

from ...tools import calendar


class PassportClock(models.AbstractModel):
    """Which day is it? The one place that knows; nothing else in the addon asks for today."""

    _name = "passport.clock"
    _description = "Clock of the Passeport de prévention"

    @api.model
    def _timezone(self):
        """Return the timezone of the authority, as a ``tzinfo``: its today is everybody's."""
        return pytz.timezone(calendar.PORTAL_TIMEZONE)

    @api.model
    def _now(self):
        """Return this moment, as a naive UTC datetime."""
        return fields.Datetime.now()

    @api.model
    def _today(self):
        """Return the authority's today, as a date."""
        return self._day_of(self._now())

    @api.model
    def _day_of(self, moment, timezone=None):
        """Return the day of a moment.

        :param moment: a naive UTC datetime
        :param timezone: where, a ``tzinfo``; with the authority by default
        """
        return calendar.local_date(moment, timezone or self._timezone())
