from odoo import api, models


class EventMail(models.Model):
    """Odoo's scheduler of communications sends convocations on time, to each attendee once."""

    _inherit = "event.mail"

    def _send_mail(self, registrations):
        if not self._passport_is_convocation():
            return super()._send_mail(registrations)
        convocations = self.env["passport.convocations"]
        return convocations._send(convocations._to_send(registrations), self.template_ref)

    @api.model
    def schedule_communications(self, autocommit=False):
        result = super().schedule_communications(autocommit=autocommit)
        self.env["passport.convocations"]._send_late()
        return result

    def _passport_is_convocation(self):
        """Tell whether what is sent holds a convocation, supplied with the addon or made from it."""
        self.ensure_one()
        report = self.env.ref("passeport_prevention.action_report_convocation")
        return report in self.template_ref.sudo().report_template_ids

    def _passport_passed_by(self):
        """Return the registrations this scheduler's sending has passed by."""
        self.ensure_one()
        if self.event_id.is_multi_slots:
            return self.mail_slot_ids.filtered("mail_done").event_slot_id.registration_ids
        seats = self.event_id.registration_ids
        return seats if self.mail_done else seats.browse()
