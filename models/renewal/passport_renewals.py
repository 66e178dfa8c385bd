from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .res_company import DEFAULT_HORIZON

# What the questions below read; written to the database before SQL asks for it.
RENEWAL_FIELDS = [
    "active",
    "state",
    "outcome",
    "attendee_partner_id",
    "training_id",
    "company_id",
    "validity_start_date",
]
OPEN_STATES = ("valid", "to_renew", "expired")


class PassportRenewals(models.AbstractModel):
    """Whose training ends when, and who is back already?

    A training is followed up when the same person has a later registration, not cancelled nor in a
    session that is, of a training that renews it, with the same training body. Sessions delivered for another training
    body are that body's to renew. The rules stand here twice, in Python and as a domain.
    """

    _name = "passport.renewals"
    _description = "Renewals of Trainings"

    @api.model
    def _states(self, registrations):
        """Return ``{registration: (renewal_state, the registration that follows up)}``."""
        today = self.env["passport.clock"]._today()
        follow_ups = self._follow_ups(registrations)
        states = {}
        for registration in registrations:
            follow_up = follow_ups.get(registration._origin.id, registrations.browse())
            states[registration] = (self._state(registration, follow_up, today), follow_up)
        return states

    @api.model
    def _preview_sending(self, kind, company, since):
        """Return how many reminders the next run would send, and about how many people."""
        if company.renewal_reminder_to == "nobody":
            return 0, 0
        due = self.env["passport.renewal.reminder"]._due_values(company, since)
        return len(due), sum(len(values["line_ids"]) for values in due)

    @api.model
    def _dashboard_domains(self):
        """Return the tiles of the dashboard: ``{state: domain of the registrations in it}``."""
        return {
            state: Domain("renewal_state", "=", state)
            for state in ("to_renew", "expired", "enrolled")
        }

    @api.model
    def _state(self, registration, follow_up, today):
        if not self._has_validity(registration):
            return "none"
        if follow_up:
            return "renewed" if follow_up.state == "done" else "enrolled"
        end = registration.validity_end_date
        if end < today:
            return "expired"
        horizon = today + timedelta(days=registration.company_id._renewal_horizon())
        return "to_renew" if end <= horizon else "valid"

    @api.model
    def _has_validity(self, registration):
        """Tell whether there is something to renew: attended, valid until a day, and ours."""
        return bool(
            registration.state == "done"
            and registration.active
            and registration.outcome not in ("failed", "absent")
            and registration.attendee_partner_id
            and registration.training_id
            and registration.validity_end_date
            and not registration.event_id.is_subcontracted
        )

    @api.model
    def _has_validity_domain(self):
        return (
            Domain("state", "=", "done")
            & Domain("active", "=", True)
            & Domain("outcome", "not in", ["failed", "absent"])
            & Domain("attendee_partner_id", "!=", False)
            & Domain("training_id", "!=", False)
            & Domain("validity_end_date", "!=", False)
            & Domain("event_id.is_subcontracted", "=", False)
        )

    @api.model
    def _domain(self, state):
        """Return the domain of one value of ``renewal_state``."""
        if state == "none":
            return ~self._has_validity_domain()
        done = self._follow_up_domain(("done",))
        if state == "renewed":
            return self._has_validity_domain() & done
        pending = self._follow_up_domain(("draft", "open"))
        if state == "enrolled":
            return self._has_validity_domain() & self._booked_domain() & pending & ~done
        today = self.env["passport.clock"]._today()
        near = self._near_domain(today)
        dates = {
            "expired": Domain("validity_end_date", "<", today),
            "to_renew": Domain("validity_end_date", ">=", today) & near,
            "valid": Domain("validity_end_date", ">=", today) & ~near,
        }
        return self._open_domain() & dates[state]

    @api.model
    def _open_domain(self):
        """Return the domain of what has a validity and is not followed up."""
        return self._has_validity_domain() & ~self._follow_up_domain(("done", "draft", "open"))

    @api.model
    def _near_domain(self, today):
        """Return the domain of what ends within the horizon of its company (a chosen one)."""
        companies = self.env.companies.sudo()
        by_horizon = companies.grouped(lambda company: company._renewal_horizon())
        domains = [
            Domain("company_id", "in", found.ids)
            & Domain("validity_end_date", "<=", today + timedelta(days=days))
            for days, found in by_horizon.items()
        ]
        limit = today + timedelta(days=DEFAULT_HORIZON)
        others = Domain("company_id", "not in", companies.ids)
        domains.append(others & Domain("validity_end_date", "<=", limit))
        return Domain.OR(domains)

    @api.model
    def _booked_domain(self):
        """Return the domain of the people who are booked somewhere: few, and found at once."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """
                %s IN (SELECT attendee_partner_id FROM event_registration
                        WHERE active AND state IN ('draft', 'open')
                          AND attendee_partner_id IS NOT NULL)
                """,
                SQL.identifier(alias, "attendee_partner_id"),
            )
        )

    @api.model
    def _follow_up_domain(self, states):
        """Return the domain of what is followed up by a registration in one of ``states``."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "EXISTS (SELECT 1 %s)", self._follow_up_sql(alias, states)
            )
        )

    @api.model
    def _follow_up_sql(self, alias, states):
        """Return ``FROM … WHERE …`` of the registrations that follow up those of ``alias``."""
        self.env["event.registration"].flush_model(RENEWAL_FIELDS)
        self.env["event.event"].flush_model(["kanban_state"])
        return SQL(
            """
            FROM event_registration later
            JOIN product_template old_training ON old_training.id = %(old)s.training_id
            JOIN product_template new_training ON new_training.id = later.training_id
            JOIN event_event later_event ON later_event.id = later.event_id
            WHERE later.attendee_partner_id = %(old)s.attendee_partner_id
              AND later.id != %(old)s.id
              AND later.active
              AND later.state IN %(states)s
              AND (later.state = 'done' OR later_event.kanban_state IS DISTINCT FROM 'cancel')
              AND COALESCE(later.outcome, '') NOT IN ('failed', 'absent')
              AND later.company_id IS NOT DISTINCT FROM %(old)s.company_id
              AND later.validity_start_date > %(old)s.validity_start_date
              AND %(renews)s
            """,
            old=SQL.identifier(alias),
            states=tuple(states),
            renews=self.env["product.template"]._renews_sql("old_training", "new_training"),
        )

    @api.model
    def _follow_ups(self, registrations):
        """Return ``{id: the registration that follows up}``, attended ones first, in one query."""
        if not registrations.ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reg.id, found.id FROM event_registration reg
                JOIN LATERAL (
                    SELECT later.id %(follow_ups)s
                    ORDER BY later.state = 'done' DESC, later.validity_start_date, later.id LIMIT 1
                ) found ON TRUE
                WHERE reg.id IN %(ids)s
                """,
                follow_ups=self._follow_up_sql("reg", ("done", "draft", "open")),
                ids=tuple(registrations.ids),
            )
        )
        later = registrations.browse(later_id for _id, later_id in rows)
        return dict(zip((reg_id for reg_id, _later in rows), later, strict=True))

    @api.model
    def _audiences(self, registration, wanted):
        """Return who is reminded of this training: ``client``, ``trainee``, or both.

        :param wanted: what the company has set; who booked for oneself is the client
        """
        alone = registration.renewal_client_id == registration.attendee_partner_id
        audiences = {"both": {"client", "trainee"}, "nobody": set()}.get(wanted, {wanted})
        return sorted({"trainee" if alone else audience for audience in audiences})

    @api.model
    def _renewable(self, registrations):
        """Return those still to renew: one for each person and training, the latest.

        :raises UserError: there is none
        """
        registrations.check_access("read")
        found = {}
        for registration in registrations.sorted(
            lambda reg: (reg.validity_end_date or reg.create_date.date(), reg.id)
        ):
            if registration.renewal_state in OPEN_STATES:
                training = registration.training_id._renewal_training()
                found[registration.attendee_partner_id, training] = registration
        if not found:
            raise UserError(
                self.env._(
                    "Nobody is left to renew among those chosen: they are enrolled already, have "
                    "renewed, or their training does not end."
                )
            )
        return registrations.browse(registration.id for registration in found.values())
