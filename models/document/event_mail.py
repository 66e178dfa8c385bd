from odoo import api, fields, models


class EventMail(models.Model):
    """Odoo's scheduler of communications sends convocations on time, to each attendee once."""

    _inherit = "event.mail"

    def _send_mail(self, registrations):
        if not self._passport_is_convocation():
            return super()._send_mail(registrations)
        todo = registrations._passport_to_convoke()
        return todo._passport_send_convocations(self.template_ref)

    def _passport_is_convocation(self):
        """Tell whether what is sent holds a convocation, supplied with the addon or made from it."""
        self.ensure_one()
        report = self.env.ref("passeport_prevention.action_report_convocation")
        return report in self.template_ref.sudo().report_template_ids

    @api.model
    def schedule_communications(self, autocommit=False):
        result = super().schedule_communications(autocommit=autocommit)
        self._passport_send_late_convocations()
        return result

    @api.model
    def _passport_send_late_convocations(self):
        """Send the convocation to who registered, or was named, after the session's were sent."""
        report = self.env.ref("passeport_prevention.action_report_convocation")
        templates = self.env["mail.template"].sudo()
        templates = templates.search([("report_template_ids", "in", report.ids)])
        schedulers = self.search(
            [
                ("template_ref", "in", [f"mail.template,{template.id}" for template in templates]),
                ("interval_type", "=", "before_event"),
                ("event_id.active", "=", True),
                ("event_id.kanban_state", "!=", "cancel"),
                ("event_id.date_end", ">", fields.Datetime.now()),
            ]
        )
        for scheduler in schedulers:
            late = scheduler._passport_late_registrations()._passport_to_convoke()
            if late:
                late._passport_send_convocations(scheduler.template_ref)

    def _passport_late_registrations(self):
        """Return the registrations this scheduler's sending has passed by."""
        self.ensure_one()
        if self.event_id.is_multi_slots:
            slots = self.mail_slot_ids.filtered("mail_done").event_slot_id
            return slots.registration_ids
        return (
            self.event_id.registration_ids
            if self.mail_done
            else self.event_id.registration_ids.browse()
        )
