from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

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
# Without a reminder set, a training is to be renewed from so many days before its end.
DEFAULT_HORIZON = 90
OPEN_STATES = ("valid", "to_renew", "expired")


class EventRegistration(models.Model):
    """Renewals: whose training ends when, and who is back already.

    Nothing that moves with the date is stored. A training is followed up when the same person has a
    later registration, not cancelled, of a training that renews it, with the same training body.
    Sessions delivered for another training body are that body's to renew.
    """

    _inherit = "event.registration"

    renewal_client_id = fields.Many2one(
        "res.partner",
        string="Client",
        compute="_compute_renewal_client_id",
        store=True,
        index="btree_not_null",
        help="The company that booked, else the employer, else the attendee: who is asked to renew.",
    )
    renewal_state = fields.Selection(
        [
            ("none", "Nothing to Renew"),
            ("valid", "Valid"),
            ("to_renew", "To Renew"),
            ("expired", "Expired"),
            ("enrolled", "Re-enrolled"),
            ("renewed", "Renewed"),
        ],
        string="Renewal",
        compute="_compute_renewal",
        search="_search_renewal_state",
        help="Re-enrolled: registered in a later session, or in a quotation for one. Renewed: has "
        "attended one.",
    )
    renewal_registration_id = fields.Many2one(
        "event.registration", string="Followed By", compute="_compute_renewal"
    )
    renewal_reminder_line_ids = fields.One2many(
        "passport.renewal.reminder.line",
        "registration_id",
        groups="passeport_prevention.group_passport_user",
    )
    renewal_reminded_on = fields.Date(
        string="Last Reminder", compute="_compute_renewal_reminded_on", compute_sudo=True
    )

    @api.depends("partner_id", "employer_id", "attendee_partner_id")
    def _compute_renewal_client_id(self):
        for registration in self:
            booker = registration.partner_id.commercial_partner_id
            registration.renewal_client_id = (
                (booker.is_company and booker)
                or registration.employer_id.commercial_partner_id
                or registration.attendee_partner_id
            )

    @api.depends(
        "state", "active", "outcome", "attendee_partner_id", "training_id", "validity_end_date"
    )
    def _compute_renewal(self):
        today = self.env["passport.clock"]._today()
        follow_ups = self._renewal_follow_ups()
        for registration in self:
            follow_up = follow_ups.get(registration._origin.id, self.browse())
            registration.renewal_registration_id = follow_up
            registration.renewal_state = registration._renewal_state(follow_up, today)

    def _compute_renewal_reminded_on(self):
        groups = self.env["passport.renewal.reminder.line"]._read_group(
            [("registration_id", "in", self.ids)], ["registration_id"], ["create_date:max"]
        )
        moments = {registration.id: moment for registration, moment in groups}
        for registration in self:
            moment = moments.get(registration._origin.id)
            registration.renewal_reminded_on = moment and moment.date()

    @api.model
    def _search_renewal_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._renewal_domain(state) for state in set(value) if state)

    # ------------------------------------------------------------
    # The rules, once in Python and once as a domain
    # ------------------------------------------------------------

    def _has_validity(self):
        """Tell whether there is something to renew: attended, valid until a day, and ours."""
        self.ensure_one()
        return bool(
            self.state == "done"
            and self.active
            and self.outcome not in ("failed", "absent")
            and self.attendee_partner_id
            and self.training_id
            and self.validity_end_date
            and not self.event_id.is_subcontracted
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

    def _renewal_state(self, follow_up, today):
        self.ensure_one()
        if not self._has_validity():
            return "none"
        if follow_up:
            return "renewed" if follow_up.state == "done" else "enrolled"
        if self.validity_end_date < today:
            return "expired"
        horizon = today + timedelta(days=self.company_id._renewal_horizon())
        return "to_renew" if self.validity_end_date <= horizon else "valid"

    @api.model
    def _renewal_domain(self, state):
        """Return the domain of one value of ``renewal_state``."""
        if state == "none":
            return ~self._has_validity_domain()
        done = self._follow_up_domain(("done",))
        if state == "renewed":
            return self._has_validity_domain() & done
        pending = self._follow_up_domain(("draft", "open"))
        if state == "enrolled":
            return self._has_validity_domain() & pending & ~done
        today = self.env["passport.clock"]._today()
        near = self._renewal_near_domain(today)
        dates = {
            "expired": Domain("validity_end_date", "<", today),
            "to_renew": Domain("validity_end_date", ">=", today) & near,
            "valid": Domain("validity_end_date", ">=", today) & ~near,
        }
        return self._renewal_open_domain() & dates[state]

    @api.model
    def _renewal_open_domain(self):
        """Return the domain of what has a validity and is not followed up."""
        return self._has_validity_domain() & ~self._follow_up_domain(("done", "draft", "open"))

    @api.model
    def _renewal_near_domain(self, today):
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
    def _follow_up_domain(self, states):
        """Return the domain of what is followed up by a registration in one of ``states``."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "EXISTS (SELECT 1 %s)", model._follow_up_sql(alias, states)
            )
        )

    @api.model
    def _follow_up_sql(self, alias, states):
        """Return ``FROM … WHERE …`` of the registrations that follow up those of ``alias``."""
        self.flush_model(RENEWAL_FIELDS)
        return SQL(
            """
            FROM event_registration later
            JOIN product_template old_training ON old_training.id = %(old)s.training_id
            JOIN product_template new_training ON new_training.id = later.training_id
            WHERE later.attendee_partner_id = %(old)s.attendee_partner_id
              AND later.id != %(old)s.id
              AND later.active
              AND later.state IN %(states)s
              AND COALESCE(later.outcome, '') NOT IN ('failed', 'absent')
              AND later.company_id IS NOT DISTINCT FROM %(old)s.company_id
              AND later.validity_start_date > %(old)s.validity_start_date
              AND %(renews)s
            """,
            old=SQL.identifier(alias),
            states=tuple(states),
            renews=self.env["product.template"]._renews_sql("old_training", "new_training"),
        )

    def _renewal_follow_ups(self):
        """Return ``{id: the registration that follows up}``, attended ones first, in one query."""
        if not self.ids:
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
                ids=tuple(self.ids),
            )
        )
        later = self.browse(later_id for _id, later_id in rows)
        return dict(zip((reg_id for reg_id, _later in rows), later, strict=True))

    def _renewal_audiences(self, wanted):
        """Return who is reminded of this training: ``client``, ``trainee``, or both.

        :param wanted: what the company has set; who booked for oneself is the client
        """
        self.ensure_one()
        alone = self.renewal_client_id == self.attendee_partner_id
        audiences = {"both": {"client", "trainee"}, "nobody": set()}.get(wanted, {wanted})
        return sorted({"trainee" if alone else audience for audience in audiences})

    # ------------------------------------------------------------
    # Renewing
    # ------------------------------------------------------------

    def action_renewal_quotation(self):
        """Open the dialog that makes quotations, one for each client, to renew these trainings."""
        self.env["sale.order"].check_access("create")
        return self._open_renewal("quotation", self.env._("Create Quotations"))

    def action_renewal_enrol(self):
        """Open the dialog that enrols these people in a next session."""
        self.check_access("create")
        return self._open_renewal("enrol", self.env._("Enrol in a Next Session"))

    def _open_renewal(self, purpose, title):
        wizard = self.env["passport.enrol"]._make(self, purpose)
        context = dict(self.env.context, dialog_size="extra-large")
        return wizard._get_records_action(name=title, target="new", context=context)

    def _renewable(self):
        """Return those still to renew: one for each person and training, the latest.

        :raises UserError: there is none
        """
        self.check_access("read")
        found = {}
        for registration in self.sorted(
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
        return self.browse(registration.id for registration in found.values())
