from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

# Whoever may print or send convocations: they hold the attendees' personal links.
CONVOCATION_GROUPS = ("event.group_event_user", "passeport_prevention.group_passport_user")
SUPPLIED = "passeport_prevention.mail_template_convocation"


class EventRegistration(models.Model):
    """Convocations: to the attendee's own address, or without a personal link to who booked."""

    _inherit = "event.registration"

    convocation_sent_on = fields.Datetime(readonly=True, copy=False, tracking=True)

    def _passport_convocation_email(self):
        """Return the address a convocation goes to: the attendee's own, else who booked; or False."""
        self.ensure_one()
        booker = self.partner_id.sudo()
        return (
            self._passport_form_email()
            or booker.email_normalized
            or booker.commercial_partner_id.email_normalized
            or False
        )

    def _passport_convocation_link(self):
        """Return the link for the convocation of this attendee, see the next method."""
        return self._passport_convocation_links()[self.id]

    def _passport_convocation_links(self):
        """Return ``{registration id: {"url", "personal"} or False}``, in a constant number of queries.

        The personal link is for the attendee alone: it is given only where the convocation goes to
        an address of their own. Else, where something is missing, it is the employer's space, which
        asks to log in. False where nothing is asked, or nobody can be sent anywhere.

        :raises AccessError: the user does not run sessions
        """
        self._check_passport_convocation_rights()
        own = self.filtered(lambda seat: seat._passport_form_email())
        urls = own._passport_form_urls()
        links = {}
        for seat in self:
            order = seat.sudo().sale_order_id
            if seat in own:
                link = urls[seat] and {"url": urls[seat], "personal": True}
            elif order and any(seat._passport_form_needs()):
                link = {"url": order._passport_portal_url(), "personal": False}
            else:
                link = False
            links[seat.id] = link
        return links

    def _check_passport_convocation_rights(self):
        """Refuse convocations, and so personal links, to who does not run sessions."""
        if not self.env.su and not any(map(self.env.user.has_group, CONVOCATION_GROUPS)):
            raise AccessError(
                self.env._("Only those who run the sessions may print and send convocations.")
            )

    def _check_passport_convocable(self):
        """Check that a convocation may be made out to each of these people.

        :raises UserError: names everybody who is not named yet, or not confirmed
        """
        unnamed = self.filtered(lambda seat: not seat.attendee_partner_id)
        unconfirmed = (self - unnamed).filtered(lambda seat: seat.state not in ("open", "done"))
        problems = [
            self.env._(
                "%s: the attendee is not named. Enter their name on the registration.",
                seat.display_name,
            )
            for seat in unnamed
        ]
        problems += [
            self.env._("%s: the registration is not confirmed.", seat.display_name)
            for seat in unconfirmed
        ]
        if problems:
            raise UserError(
                "\n".join(
                    [self.env._("No convocation can be printed yet:"), *dict.fromkeys(problems)]
                )
            )

    def _passport_to_convoke(self):
        """Return the confirmed, named attendees of sessions to come who got no convocation yet."""
        now = fields.Datetime.now()
        return self.filtered(
            lambda seat: (
                seat.state == "open"
                and seat.attendee_partner_id
                and not seat.convocation_sent_on
                and seat._passport_session_moments()[0]
                and seat._passport_session_moments()[0] > now
            )
        )

    def _passport_send_convocations(self, template=None):
        """Send their convocation to these attendees and note it; those without any address are left.

        The message is not kept once it has left: it holds a personal link, and the chatter has more
        readers than the attendee. The chatter tells that it was sent.

        :returns: the registrations whose convocation was sent
        """
        self._check_passport_convocation_rights()
        template = template or self.env.ref(SUPPLIED)
        reachable = self.filtered(lambda seat: seat._passport_convocation_email())
        for event, seats in reachable.grouped("event_id").items():
            seats._passport_compose_convocations(event, template)
        reachable.sudo().write({"convocation_sent_on": fields.Datetime.now()})
        reachable._passport_log_convocations()
        return reachable

    def _passport_compose_convocations(self, event, template):
        company = event.company_id or self.env.company
        author = event.organizer_id if event.organizer_id.email else company.partner_id
        composer = self.env["mail.compose.message"].create(
            {
                "composition_mode": "mass_mail",
                "model": self._name,
                "res_ids": self.ids,
                "template_id": template.id,
                "author_id": author.id,
                "email_from": template.email_from or author.email_formatted,
                "force_send": False,
                "auto_delete": True,
                "auto_delete_keep_log": False,
                "use_exclusion_list": False,
            }
        )
        composer = composer.with_context(mail_composer_force_partners=False)
        mails, _messages = composer._action_send_mail()
        # Not in the chatter, not even until they have left: they hold personal links.
        mails.sudo().mail_message_id.write({"model": False, "res_id": False})

    def _passport_log_convocations(self):
        bodies = {}
        for seat in self:
            text = (
                self.env._("Convocation sent to the attendee.")
                if seat._passport_form_email()
                else self.env._(
                    "Convocation sent to who booked, without a personal link: the attendee has no "
                    "e-mail address of their own."
                )
            )
            bodies[seat.id] = Markup("<p>%s</p>") % text
        if bodies:
            self._message_log_batch(bodies=bodies)

    def action_passport_convocation(self):
        """Open the dialog that sends convocations, on these registrations.

        :raises UserError: they are of several sessions
        """
        self._check_passport_convocation_rights()
        if len(self.event_id) != 1:
            raise UserError(self.env._("Choose registrations of one session."))
        return self.event_id._passport_convocation_dialog(self)

    def _passport_file_name(self, kind):
        """Return the name of the file of one document of this attendee.

        :param kind: ``convocation``, ``attestation`` or ``certificate``
        """
        self.ensure_one()
        names = {
            "convocation": self.env._("Convocation - %s", self.display_name),
            "attestation": self.env._("Training attestation - %s", self.display_name),
            "certificate": self.env._("Certificate of completion - %s", self.display_name),
        }
        return names[kind].replace("/", "-")
