from odoo import api, models

from ..request.passport_request import ASK_TEMPLATE, REMIND_TEMPLATE

# Of the supplied e-mails that ask for data: the kind of letter each is.
ASKING = {ASK_TEMPLATE: "request", REMIND_TEMPLATE: "reminder"}
EMPLOYER_DECLARES = "passeport_prevention.mail_template_employer_declares"


class EventMail(models.Model):
    """Odoo's scheduler of communications writes the supplied e-mails to those they concern.

    A convocation to each attendee once; what asks for data to who has some to give; the employer's
    duty to declare where the attendee refused. Other templates go to everybody, as Odoo sends them.
    """

    _inherit = "event.mail"

    def _send_mail(self, registrations):
        if self._passport_is_convocation():
            convocations = self.env["passport.convocations"]
            seats = convocations._to_send(registrations)
            return convocations._send_or_queue(seats, self.template_ref)
        xml_id = self._passport_supplied()
        if xml_id in ASKING:
            form = self.env["passport.personal.form"]
            reachable = form._reachable(form._open(registrations))
            asked = registrations.browse(seat.id for seat in reachable)
            return self.env["passport.request"]._send(asked, ASKING[xml_id], xml_id)
        if xml_id == EMPLOYER_DECLARES:
            registrations = registrations.filtered(
                lambda seat: seat.attendee_partner_id.nir_state == "refused"
            )
            if not registrations:
                return None
        return super()._send_mail(registrations)

    @api.model
    def schedule_communications(self, autocommit=False):
        result = super().schedule_communications(autocommit=autocommit)
        self.env["passport.convocations"]._send_late()
        return result

    def _passport_is_convocation(self):
        """Tell whether what is sent holds a convocation, supplied with the addon or made from it."""
        self.ensure_one()
        # By its id, which is cached: each registration of a conference passes here too.
        report_id = self._passport_id_of("passeport_prevention.action_report_convocation")
        return report_id in self.template_ref.sudo().report_template_ids.ids

    def _passport_supplied(self):
        """Return the name of the supplied template that is sent, ``None`` for another one."""
        self.ensure_one()
        supplied = {self._passport_id_of(xml_id): xml_id for xml_id in (*ASKING, EMPLOYER_DECLARES)}
        template = self.template_ref
        return (template._name == "mail.template" and supplied.get(template.id)) or None

    @api.model
    def _passport_id_of(self, xml_id):
        """Return the id of one of the addon's records, a false value once somebody deleted it."""
        return self.env["ir.model.data"]._xmlid_to_res_id(xml_id)

    def _passport_passed_by(self):
        """Return the registrations this scheduler's sending has passed by."""
        self.ensure_one()
        if self.event_id.is_multi_slots:
            return self.mail_slot_ids.filtered("mail_done").event_slot_id.registration_ids
        seats = self.event_id.registration_ids
        return seats if self.mail_done else seats.browse()
