from odoo import fields, models


class ResPartner(models.Model):
    """What a person attended, what a client has to renew, and who wants no reminders."""

    _inherit = "res.partner"

    passport_no_renewal_mail = fields.Boolean(
        string="No Renewal Reminders",
        help="No e-mail reminds this contact that trainings end.",
    )
    renewal_count = fields.Integer(
        string="Renewals",
        compute="_compute_renewal_count",
        groups="event.group_event_registration_desk",
        help="Trainings that end soon or have ended, without a follow-up.",
    )

    def _compute_renewal_count(self):
        groups = self.env["event.registration"]._read_group(
            [
                ("renewal_client_id", "in", self.ids),
                ("renewal_state", "in", ["to_renew", "expired"]),
            ],
            ["renewal_client_id"],
            ["__count"],
        )
        counts = {client.id: count for client, count in groups}
        for partner in self:
            partner.renewal_count = counts.get(partner._origin.id, 0)

    def _takes_renewal_mail(self):
        """Tell whether a reminder may be sent to this contact, and can be."""
        self.ensure_one()
        return bool(
            self.active
            and self.email_normalized
            and not self.passport_no_renewal_mail
            and not self.is_blacklisted
        )

    def action_renewals(self):
        """Open what is to renew for this client."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_renewal_action"
        )
        action["domain"] = [
            ("renewal_client_id", "=", self.id),
            ("renewal_state", "in", ["valid", "to_renew", "expired", "enrolled", "renewed"]),
        ]
        return action

    def action_passport_registrations(self):
        """Open the trainings of this person: results, validity, declared or not."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_person_action"
        )
        action["domain"] = [("attendee_partner_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
