from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Whoever may print or send convocations: they hold the attendees' personal links.
CONVOCATION_GROUPS = ("event.group_event_user", "passeport_prevention.group_passport_user")
SUPPLIED = "passeport_prevention.mail_template_convocation"


class PassportConvocations(models.AbstractModel):
    """Who is to be convoked, where does it go, and which link does it hold?

    To the attendee's own address with their personal link, else without it to who booked.
    """

    _name = "passport.convocations"
    _description = "Convocations"

    @api.model
    def _report_values(self, seat_ids):
        """Return what the template needs, with the links of all attendees looked up at once.

        :raises AccessError: the user does not run sessions
        :raises UserError: one of them is not named, or not confirmed
        """
        seats = self.env["event.registration"].browse(seat_ids)
        self._check(seats)
        return {
            "doc_ids": seat_ids,
            "doc_model": seats._name,
            "docs": seats,
            "links": self._links(seats),
        }

    @api.model
    def _email(self, seat):
        """Return the address a convocation goes to: the attendee's own, else who booked; or False."""
        booker = seat.partner_id.sudo()
        return (
            seat._passport_form_email()
            or booker.email_normalized
            or booker.commercial_partner_id.email_normalized
            or False
        )

    @api.model
    def _links(self, seats):
        """Return ``{registration id: {"url", "personal"} or False}``, in a constant number of queries.

        The personal link is for the attendee alone: it is given only where the convocation goes to
        an address of their own. Else, where something is missing, it is the employer's space, which
        asks to log in. False where nothing is asked, or nobody can be sent anywhere.

        :raises AccessError: the user does not run sessions
        """
        self._check_rights()
        own = seats.filtered(lambda seat: seat._passport_form_email())
        urls = own._passport_form_urls()
        links = {}
        for seat in seats:
            order = seat.sudo().sale_order_id
            if seat in own:
                link = urls[seat] and {"url": urls[seat], "personal": True}
            elif order and any(seat._passport_form_needs()):
                link = {"url": order._passport_portal_url(), "personal": False}
            else:
                link = False
            links[seat.id] = link
        return links

    @api.model
    def _check_rights(self):
        """Refuse convocations, and so personal links, to who does not run sessions."""
        if not self.env.su and not any(map(self.env.user.has_group, CONVOCATION_GROUPS)):
            raise AccessError(
                self.env._("Only those who run the sessions may print and send convocations.")
            )

    @api.model
    def _check(self, seats):
        """Check that a convocation may be made out to each of these people.

        :raises AccessError: the user does not run sessions
        :raises UserError: names everybody who is not named yet, or not confirmed
        """
        self._check_rights()
        unnamed = seats.filtered(lambda seat: not seat.attendee_partner_id)
        unconfirmed = (seats - unnamed).filtered(lambda seat: seat.state not in ("open", "done"))
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

    @api.model
    def _to_send(self, seats):
        """Return the confirmed, named attendees of sessions to come who got no convocation yet."""
        now = fields.Datetime.now()

        def is_waiting(seat):
            begin = seat._passport_session_moments()[0]
            is_confirmed = seat.state == "open" and seat.attendee_partner_id
            return is_confirmed and not seat.convocation_sent_on and begin and begin > now

        return seats.filtered(is_waiting)

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    @api.model
    def _open_dialog(self, event, seats=None):
        """Open the dialog that sends the convocations of a session.

        :param seats: whom to propose; those who got none yet by default
        :raises AccessError: the user does not run sessions
        """
        self._check_rights()
        if seats is None:
            seats = self._to_send(event.registration_ids)
        dialog = self.env["passport.convocation"].create(
            {"event_id": event.id, "registration_ids": [fields.Command.set(seats.ids)]}
        )
        return dialog._get_records_action(name=self.env._("Send Convocations"), target="new")

    @api.model
    def _open_dialog_on(self, seats):
        """Open the dialog on chosen registrations.

        :raises AccessError: the user does not run sessions
        :raises UserError: they are of several sessions
        """
        self._check_rights()
        if len(seats.event_id) != 1:
            raise UserError(self.env._("Choose registrations of one session."))
        return self._open_dialog(seats.event_id, seats)

    @api.model
    def _send(self, seats, template=None):
        """Send their convocation to these attendees and note it; those without any address are left.

        The message is not kept once it has left: it holds a personal link, and the chatter has more
        readers than the attendee. The chatter tells that it was sent.

        :returns: the registrations whose convocation was sent
        """
        self._check_rights()
        template = template or self.env.ref(SUPPLIED)
        reachable = seats.filtered(self._email)
        for event, group in reachable.grouped("event_id").items():
            self._compose(event, group, template)
        reachable.sudo().write({"convocation_sent_on": fields.Datetime.now()})
        self._log(reachable)
        return reachable

    @api.model
    def _send_late(self):
        """Send the convocation to who registered, or was named, after the session's were sent."""
        report = self.env.ref("passeport_prevention.action_report_convocation")
        templates = self.env["mail.template"].sudo()
        templates = templates.search([("report_template_ids", "in", report.ids)])
        schedulers = self.env["event.mail"].search(
            [
                ("template_ref", "in", [f"mail.template,{template.id}" for template in templates]),
                ("interval_type", "=", "before_event"),
                ("event_id.active", "=", True),
                ("event_id.kanban_state", "!=", "cancel"),
                ("event_id.date_end", ">", fields.Datetime.now()),
            ]
        )
        for scheduler in schedulers:
            if late := self._to_send(scheduler._passport_passed_by()):
                self._send(late, scheduler.template_ref)

    @api.model
    def _compose(self, event, seats, template):
        company = event.company_id or self.env.company
        author = event.organizer_id if event.organizer_id.email else company.partner_id
        composer = self.env["mail.compose.message"].create(
            {
                "composition_mode": "mass_mail",
                "model": seats._name,
                "res_ids": seats.ids,
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

    @api.model
    def _log(self, seats):
        bodies = {}
        for seat in seats:
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
            seats._message_log_batch(bodies=bodies)
