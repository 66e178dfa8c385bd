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
    def _send_or_queue(self, plan):
        """Write to the clients of a plan at once if they are few, else in the background.

        :returns: the reminders, and the job that sends the others
        :raises UserError: nothing is left to send, or it is being sent already
        """
        jobs = self.env["passport.job"]
        clients = self.env["res.partner"].browse({vals["client_id"] for vals in plan.values})
        queued = set(jobs._queued("renewal", clients).ids)
        values = [vals for vals in plan.values if vals["client_id"] not in queued]
        if plan.values and not values:
            raise UserError(
                self.env._("These clients are being written to in the background already.")
            )
        plan = plan._replace(values=values)
        if not jobs._is_long("renewal", len(values), self.env.company):
            return self._carry_out(plan), jobs
        self._check_on(plan)
        seats = {}
        for vals in values:
            lines = [line["registration_id"] for _command, _id, line in vals["line_ids"]]
            seats.setdefault(vals["client_id"], []).extend(lines)
        job = jobs._start(
            "renewal",
            clients.browse(seats),
            self.env._("Renewals written to clients"),
            {"registrations": {str(client): ids for client, ids in seats.items()}},
        )
        return self.env["passport.renewal.reminder"], job

    @api.model
    def _job_batch(self, clients, job):
        """Write to these clients for a job; return who was left, and why.

        :raises UserError: nobody of these is left to write to, or renewals were switched off
        """
        ids = [
            one
            for client in clients
            for one in job.options["registrations"].get(str(client.id), ())
        ]
        registrations = self.env["event.registration"].browse(ids).exists()
        told = self._carry_out(self._plan(registrations)).client_id
        return dict.fromkeys(
            clients - told,
            self.env._("Told today already, renewed meanwhile, or without an address."),
        )

    @api.model
    def _check_on(self, plan):
        """Check that renewals are switched on for the companies of a plan.

        :raises UserError: they are not
        """
        for company in self.env["res.company"].browse({vals["company_id"] for vals in plan.values}):
            self.env["passport.sending"]._check(company, "renewal")

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
        self._check_on(plan)
        reminders = self.env["passport.renewal.reminder"].sudo().create(plan.values)
        reminders._send()
        return reminders
