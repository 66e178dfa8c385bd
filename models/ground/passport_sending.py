from datetime import datetime, time
from typing import NamedTuple

import pytz

from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Domain

from .passport_rights import MANAGER_GROUP


class Kind(NamedTuple):
    """One kind of e-mails: its name, the company's field that switches it on, and who counts it.

    ``service`` is one of a room above with ``_preview_sending(kind, company, since)``, which returns
    ``(number of e-mails that the next run would send, number of people who are concerned)``.
    """

    name: str
    field: str
    service: str


KINDS = (
    Kind("request", "passport_send_requests_since", "passport.request"),
    Kind("reminder", "passport_send_reminders_since", "passport.reminder"),
    Kind("summary", "passport_send_summaries_since", "passport.reminder"),
    Kind("renewal", "passport_send_renewals_since", "passport.renewals"),
    Kind("statement", "passport_send_statements_since", "passport.statement.sending"),
)


class PassportSending(models.AbstractModel):
    """May this be sent? Nothing is, until a manager has answered "What may be sent, to whom, from when".

    Each kind of e-mails is off, or on for the trainings that end on or after a day: the day on which
    it was switched on, unless an earlier one was chosen in the preview that tells how many there are.
    """

    _name = "passport.sending"
    _description = "What May Be Sent"

    @api.model
    def _since(self, company, kind):
        """Return the day since which a kind of e-mails is on for a company, ``False`` if it is off."""
        (field,) = [one.field for one in KINDS if one.name == kind]
        return company.sudo()[field]

    @api.model
    def _moment(self, company, kind):
        """Return the first moment of that day, as a naive UTC datetime, or ``False``."""
        since = self._since(company, kind)
        return since and self._start_of(since)

    @api.model
    def _start_of(self, day):
        start = self.env["passport.clock"]._timezone().localize(datetime.combine(day, time.min))
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _companies(self, kind):
        """Return the companies for which a kind of e-mails is on."""
        (field,) = [one.field for one in KINDS if one.name == kind]
        return self.env["res.company"].sudo().search([(field, "!=", False)])

    @api.model
    def _domain(self, company, kind, field="event_end_date", since=None):
        """Return the domain of what a kind of e-mails may tell of.

        :param field: the end of the session, from the model that is searched
        :param since: another day than the company's, for previews
        """
        moment = self._start_of(since) if since else self._moment(company, kind)
        return Domain(field, ">=", moment) if moment else Domain.FALSE

    @api.model
    def _check(self, company, kind):
        """Check that a kind of e-mails is on.

        :raises UserError: it is off; a manager is led to the place where it is switched on
        """
        if self._since(company, kind):
            return
        message = self.env._(
            "%s: nothing is sent yet. A manager of the Passeport de prévention says what may be sent, to "
            "whom and from when, in Configuration › What May Be Sent.",
            company.name,
        )
        if not self.env["passport.rights"]._has(MANAGER_GROUP):
            raise UserError(message)
        action = self.env.ref("passeport_prevention.passport_sending_action")
        raise RedirectWarning(message, action.id, self.env._("What May Be Sent"))
