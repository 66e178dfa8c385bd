from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError


class Plan(NamedTuple):
    """Who is about to be written to: one e-mail for each client."""

    values: list
    unreachable: models.Model
    told_today: models.Model


class PassportRenewalLetter(models.AbstractModel):
    """Writing to clients, by hand, that trainings of their people end: one e-mail for each client."""

    _name = "passport.renewal.letter"
    _description = "Renewals Written to Clients"

    @api.model
    def _plan(self, registrations):
        """Return the :class:`Plan` for these registrations: whoever is still to renew.

        :raises UserError: nobody is
        """
        self.env["passport.rights"]._check_client_facing()
        reminders = self.env["passport.renewal.reminder"]
        people = self.env["passport.renewals"]._renewable(registrations)
        told = self._told_today(people)
        values, unreachable = [], self.env["res.partner"]
        today = self.env["passport.clock"]._today()
        groups = (people - told).grouped(lambda reg: (reg.company_id, reg.renewal_client_id))
        for (company, client), found in groups.items():
            recipient = reminders._recipient(client, found)
            if not recipient:
                unreachable |= client
                continue
            pairs = [(reg, (reg.validity_end_date - today).days) for reg in found]
            made = reminders._values_of(company, "client", client, recipient, pairs)
            values.append({**made, "by_hand_id": self.env.user.id})
        return Plan(values, unreachable, told)

    @api.model
    def _told_today(self, people):
        """Return those whose client was told today already, of the same end."""
        lines = self.env["passport.renewal.reminder.line"].sudo()
        start = self.env["passport.sending"]._start_of(self.env["passport.clock"]._today())
        found = lines.search(
            [
                ("registration_id", "in", people.ids),
                ("audience", "=", "client"),
                ("create_date", ">=", start),
            ]
        )
        return found.registration_id.with_env(self.env) & people

    @api.model
    def _carry_out(self, plan):
        """Send what was planned.

        :returns: the reminders
        :raises UserError: nothing is left to send, or renewals are not switched on
        """
        self.env["passport.rights"]._check_client_facing()
        if not plan.values:
            raise UserError(
                self.env._(
                    "Nobody is left to write to: these clients were told today, or have no e-mail "
                    "address that takes reminders."
                )
            )
        companies = self.env["res.company"].browse({vals["company_id"] for vals in plan.values})
        for company in companies:
            self.env["passport.sending"]._check(company, "renewal")
        reminders = self.env["passport.renewal.reminder"].sudo().create(plan.values)
        reminders._send()
        return reminders
