from odoo import api, fields, models
from odoo.fields import Domain


class EventRegistration(models.Model):
    """What is to renew of one training of one person. Nothing that moves with the date is stored."""

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

    @api.depends("passport_client_id", "employer_id", "attendee_partner_id")
    def _compute_renewal_client_id(self):
        for registration in self:
            client = registration.passport_client_id
            registration.renewal_client_id = (
                (client.is_company and client)
                or registration.employer_id.commercial_partner_id
                or registration.attendee_partner_id
            )

    @api.depends(
        "state", "active", "outcome", "attendee_partner_id", "training_id", "validity_end_date"
    )
    def _compute_renewal(self):
        found = self.env["passport.renewals"]._states(self)
        for registration in self:
            state, follow_up = found[registration]
            registration.renewal_state = state
            registration.renewal_registration_id = follow_up

    def _compute_renewal_reminded_on(self):
        groups = self.env["passport.renewal.reminder.line"]._read_group(
            [("registration_id", "in", self.ids)], ["registration_id"], ["create_date:max"]
        )
        day_of = self.env["passport.clock"]._day_of
        moments = {registration.id: moment for registration, moment in groups}
        for registration in self:
            moment = moments.get(registration._origin.id)
            registration.renewal_reminded_on = moment and day_of(moment)

    @api.model
    def _search_renewal_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        renewals = self.env["passport.renewals"]
        return Domain.OR(renewals._domain(state) for state in set(value) if state)

    def action_renewal_quotation(self):
        """Open the dialog that makes quotations, one for each client, to renew these trainings."""
        self.env["sale.order"].check_access("create")
        return self._open_renewal("quotation", self.env._("Create Quotations"))

    def action_renewal_enrol(self):
        """Open the dialog that enrols these people in a next session."""
        self.check_access("create")
        return self._open_renewal("enrol", self.env._("Enrol in a Next Session"))

    def action_renewal_write(self):
        """Open the dialog that writes to the clients of these: one e-mail each, with dates and a link."""
        return self.env["passport.renewal.write"]._open(self)

    def _open_renewal(self, purpose, title):
        wizard = self.env["passport.enrol"]._make(self, purpose)
        context = dict(self.env.context, dialog_size="extra-large")
        return wizard._get_records_action(name=title, target="new", context=context)
