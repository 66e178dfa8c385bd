from functools import partial
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Whoever may print or send convocations: they hold the attendees' personal links.
CONVOCATION_GROUPS = ("event.group_event_user", "passeport_prevention.group_passport_user")
SUPPLIED = "passeport_prevention.mail_template_convocation"


class Way(NamedTuple):
    """Where a convocation goes: an address or ``False``, and whether it is the attendee's own."""

    email: str | bool
    is_own: bool


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
            "trainings_of": self.env["passport.person.seats"]._trainings(seats),
        }

    @api.model
    def _ways(self, seats):
        """Return ``{registration id: Way}``: the attendee's own address, else who booked; or nowhere.

        One query for all. A sending judges them once: what it found is in the context while it lasts.
        """
        known = self.env.context.get("passport_ways", {})
        if known.keys() >= {seat.id for seat in seats}:
            return known
        form, clients = self.env["passport.personal.form"], self.env["passport.client"]
        emails = {}
        for seat in seats.sudo():
            booker, client = clients._bookers(seat), clients._of(seat)
            emails[seat.id] = (
                form._email(seat),
                booker.email_normalized,
                client.email_normalized,
            )
        wrong = self.env["passport.letter"]._wrong(
            email for three in emails.values() for email in three if email
        )
        return {one: self._way(three, wrong) for one, three in emails.items()}

    @api.model
    def _way(self, emails, wrong):
        email = next((email for email in emails if email and email not in wrong), False)
        return Way(email, bool(email) and email == emails[0])

    @api.model
    def _email(self, seat):
        """Return the address a convocation goes to: the attendee's own, else who booked; or False."""
        return self._ways(seat)[seat.id].email

    @api.model
    def _links(self, seats):
        """Return ``{registration id: {"url", "personal"} or False}``, in a constant number of queries.

        The personal link is for the attendee alone: it is put into the e-mail as it leaves for an
        address of their own, see ``passport.personal.form``; until then, and on paper, stands the page
        where it can be asked for. Else, where something is missing, it is the employer's space, which
        asks to log in. False where nothing is asked, or nobody can be sent anywhere.

        :raises AccessError: the user does not run sessions
        """
        self._check_rights()
        form = self.env["passport.personal.form"]
        # First: a template asks for one at a time, and what it needs is read for all of them here.
        asked = form._open(seats)
        own = self._own(seats)
        urls = form._urls(own)
        links = {}
        for seat in seats:
            order = seat.sudo().sale_order_id
            if seat in own:
                link = urls[seat] and {"url": urls[seat], "personal": True}
            elif order and seat in asked:
                link = {"url": order._passport_space_url(), "personal": False}
            else:
                link = False
            links[seat.id] = link
        return links

    @api.model
    def _own(self, seats):
        """Return those whose convocation goes to the attendee's own address."""
        ways = self._ways(seats)
        return seats.filtered(lambda seat: ways[seat.id].is_own)

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
        if problems := self._problems(seats):
            lines = [
                self.env._("%(name)s: %(reason)s", name=seat.display_name, reason=reason)
                for seat, reason in problems.items()
            ]
            raise UserError(
                "\n".join([self.env._("No convocation can be printed yet:"), *dict.fromkeys(lines)])
            )

    @api.model
    def _problems(self, seats):
        """Return ``{registration: reason}`` of those no convocation can be made out to."""
        unnamed = seats.filtered(lambda seat: not seat.attendee_partner_id)
        unconfirmed = (seats - unnamed).filtered(lambda seat: seat.state not in ("open", "done"))
        return dict.fromkeys(
            unnamed,
            self.env._("The attendee is not named. Enter their name on the registration."),
        ) | dict.fromkeys(unconfirmed, self.env._("The registration is not confirmed."))

    @api.model
    def _to_send(self, seats):
        """Return the confirmed, named attendees of sessions to come who got no convocation yet."""
        now = fields.Datetime.now()
        on_their_way = self._on_their_way(seats)

        def is_waiting(seat):
            begin = seat._passport_session_moments()[0]
            is_confirmed = seat.state == "open" and seat.attendee_partner_id
            is_told = seat.convocation_sent_on or seat in on_their_way
            return is_confirmed and not is_told and begin and begin > now

        return self.env["passport.person.seats"]._one_each(seats.filtered(is_waiting))

    @api.model
    def _on_their_way(self, seats):
        """Return those whose convocation waits: in Odoo's queue of e-mails, or to be made."""
        written = self.env["passport.letter"]._pending("convocation", seats)
        queued = self.env["passport.job"]._queued("convocation", seats.sudo())
        return written | queued

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
        """Queue the convocation of these attendees; those without any address are left.

        The message is not kept once it has left: it holds a personal link, and the chatter has more
        readers than the attendee. The chatter tells that it was sent, once the mail server took it.

        :returns: the registrations whose convocation is on its way
        """
        self._check_rights()
        template = template or self.env.ref(SUPPLIED)
        service = self._judging(seats)
        reachable = service._to_reach(seats)
        for event, group in reachable.grouped("event_id").items():
            service._compose(event, group, template)
        return reachable

    @api.model
    def _judging(self, seats):
        """Return this service with the addresses of these people judged, for one sending."""
        return self.with_context(passport_ways=self._ways(seats))

    @api.model
    def _to_reach(self, seats):
        """Return one seat of each person who, or whose booker, has an address."""
        ways = self._ways(seats)
        people = self.env["passport.person.seats"]._one_each(seats)
        return people.filtered(lambda seat: ways[seat.id].email)

    @api.model
    def _send_or_queue(self, seats, template=None):
        """Send these convocations at once if they are few, else in the background: each is a PDF.

        :returns: the registrations whose convocation is on its way, and the jobs that send the others
        :raises AccessError: the user does not run sessions
        """
        self._check_rights()
        jobs = self.env["passport.job"]
        sent = seats.browse()
        options = {"template": template.id} if template else {}
        service = self._judging(seats)
        for event, group in service._to_reach(seats).grouped("event_id").items():
            company = event.company_id or self.env.company
            if jobs._is_long("convocation", len(group), company):
                name = self.env._("Convocations: %s", event.name)
                jobs |= jobs._start("convocation", group, name, options, event, company)
            else:
                sent |= service._send(group, template)
        return sent, jobs

    @api.model
    def _job_batch(self, seats, job):
        """Send these convocations for a job; return who was left, and why.

        Whoever got theirs since the job was asked for, from somebody else, gets no second one.
        """
        template = self.env["mail.template"].browse((job.options or {}).get("template")).exists()
        told = self.env["passport.letter"]._pending("convocation", seats)
        told |= seats.filtered(
            lambda seat: seat.convocation_sent_on and seat.convocation_sent_on > job.asked_on
        )
        left = dict.fromkeys(
            told, self.env._("A convocation is on its way already, or was sent meanwhile.")
        )
        # Here, and not by the printing: one of them would have all others done again one by one.
        left |= self._problems(seats - told)
        rest = seats.filtered(lambda seat: seat not in left)
        lost = rest - self._send(rest, template)
        return left | dict.fromkeys(lost, self.env._("No e-mail address."))

    @api.model
    def _after_letters(self, letters, values, _memo):
        """Note which convocations the mail server took, and which came back."""
        mine = letters.filtered(lambda letter: letter.kind == "convocation")
        if values["state"] == "wrong":
            seats = self.env["passport.person.seats"]._together(mine.registration_ids)
            seats.write({"convocation_sent_on": False})
        elif values["state"] == "sent" and mine:
            seats = self.env["passport.person.seats"]._together(mine.registration_ids)
            seats.write({"convocation_sent_on": fields.Datetime.now()})
            self._log(mine)

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
        passed_by = {scheduler: scheduler._passport_passed_by() for scheduler in schedulers}
        # Asked of all sessions at once.
        late = self._to_send(self.env["event.registration"].union(*passed_by.values()))
        for scheduler, seats in passed_by.items():
            if told := seats & late:
                send = partial(self._send_or_queue, template=scheduler.template_ref)
                self.env["passport.apart"]._do("Late convocations", told, send)
                late -= told

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
        self._note_letters(mails.sudo())
        # Not in the chatter, not even until they have left: they will hold personal links.
        mails.sudo().mail_message_id.write({"model": False, "res_id": False})

    @api.model
    def _note_letters(self, mails):
        """Note the letters, each with the personal link that it takes with it."""
        form = self.env["passport.personal.form"]
        by_id = {mail.res_id: mail for mail in mails}
        seats = self.env["event.registration"].sudo().browse(by_id)
        ways = self._ways(seats)
        own = form._open(self._own(seats))
        links = {link.registration_id: link for link in form._links(own)}
        self.env["passport.letter"]._queue(
            "convocation",
            [(by_id[seat.id], ways[seat.id].email, seat, links.get(seat)) for seat in seats],
        )

    @api.model
    def _log(self, letters):
        words = self.env["passport.request"]._words()
        form = self.env["passport.personal.form"]
        bodies = {}
        for letter in letters:
            seat = letter.registration_ids
            text = (
                words._("Convocation sent to the attendee.")
                if letter.email == form._email(seat)
                else words._(
                    "Convocation sent to who booked, without a personal link: the attendee has no "
                    "e-mail address of their own."
                )
            )
            bodies[seat.id] = Markup("<p>%s</p>") % text
        letters.registration_ids._message_log_batch(bodies=bodies)
