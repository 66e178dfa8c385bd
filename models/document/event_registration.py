from odoo import fields, models


class EventRegistration(models.Model):
    """What documents print of one attendee, and the words their mail templates ask for."""

    _inherit = "event.registration"

    convocation_sent_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    attended_hours = fields.Float(
        string="Hours Attended",
        help="Printed on the attestation and the completion certificate. Empty: the whole duration of "
        "the training.",
    )

    def action_passport_convocation(self):
        """Open the dialog that sends convocations, on these registrations.

        :raises UserError: they are of several sessions
        """
        return self.env["passport.convocations"]._open_dialog_on(self)

    # ------------------------------------------------------------
    # Asked by mail templates and reports, those that were customised too
    # ------------------------------------------------------------

    def _passport_attendee_name(self):
        """Return the name of who attends, empty while nobody is named."""
        self.ensure_one()
        return self.attendee_partner_id.sudo().name or ""

    def _passport_dates_text(self):
        """Return the days of this attendee's session, or slot, in words."""
        self.ensure_one()
        return self.env["passport.wording"]._dates(self.event_id, self.event_slot_id)

    def _passport_hours_text(self):
        """Return the daily hours of this attendee's session, or slot."""
        self.ensure_one()
        return self.env["passport.wording"]._hours(self.event_id, self.event_slot_id)

    def _passport_convocation_email(self):
        """Return the address a convocation goes to: the attendee's own, else who booked; or False."""
        return self.env["passport.convocations"]._email(self)

    def _passport_convocation_link(self):
        """Return the link for the convocation of this attendee: ``{"url", "personal"}`` or False."""
        self.ensure_one()
        return self.env["passport.convocations"]._links(self)[self.id]

    def _passport_document_lang(self):
        """Return the language of this attendee's documents: theirs, else French."""
        self.ensure_one()
        return (
            self.attendee_partner_id.sudo().lang
            or self.partner_id.sudo().lang
            or self.env["res.lang"]._passport_lang()
        )

    def _passport_file_name(self, kind):
        """Return the name of the file of one document of this attendee.

        :param kind: ``convocation``, ``attestation`` or ``certificate`` (of completion)
        """
        self.ensure_one()
        person = self._passport_attendee_name() or self.display_name
        names = {
            "convocation": self.env._("Convocation - %s", person),
            "attestation": self.env._("Training attestation - %s", person),
            "certificate": self.env._("Completion certificate - %s", person),
        }
        return names[kind].replace("/", "-")
