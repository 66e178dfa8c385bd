from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import consteq, format_date

from ..ground.passport_rights import SALES_GROUP
from .passport_renewals import OPEN_STATES

# The link of a reminder opens the page for so long.
OFFER_DAYS = 120
# What the vault's keys sign here: they are not in the database, and a dump of it opens no link.
PURPOSE = "renewal offer"
PATH = "/passeport/renouveler"
# Dates proposed for one training.
SESSIONS_SHOWN = 4


def _message(reminder):
    # Nothing that changes with it, as its client does when contacts are merged; the moment, for a
    # database that gives the same number twice.
    return f"{reminder.id}:{reminder.create_date:%Y%m%d%H%M%S}"


class Choice(NamedTuple):
    """One training that renews others: its people, as lines of the reminder, and its next sessions."""

    training: models.Model
    lines: models.Model
    sessions: models.Model


class PassportRenewalOffer(models.AbstractModel):
    """How does a client ask for the quotation that renews its people's trainings?

    Through the link of the e-mail that told it so, without an account: the link shows what the e-mail
    told already, and asks for one quotation, once. It arrives as a draft with the people named, in
    the sessions chosen, given to who looks after the client.
    """

    _name = "passport.renewal.offer"
    _description = "Renewals Offered to Clients"

    # ------------------------------------------------------------
    # The link
    # ------------------------------------------------------------

    @api.model
    def _url(self, reminder):
        """Return the address of a reminder's page; ``False`` for people whom their employer sends."""
        token = self._is_buyer(reminder) and self._token(reminder)
        return token and f"{reminder.get_base_url()}{PATH}/{token}"

    @api.model
    def _is_buyer(self, reminder):
        return reminder.audience == "client" or (
            reminder.partner_id.commercial_partner_id == reminder.client_id
            and not reminder.client_id.is_company
        )

    @api.model
    def _token(self, reminder):
        """Return what opens the page, ``False`` while the keys of the vault cannot be read."""
        ring = self.env["passport.nir.keys"]._ring_or_none()
        return ring and f"{reminder.id}-{ring.signature(_message(reminder), PURPOSE).hex()}"

    @api.model
    def _find(self, token):
        """Return the reminder of a link, in superuser mode; none for a link that is wrong or too old."""
        number, _dash, signature = (token or "").partition("-")
        reminders = self.env["passport.renewal.reminder"].sudo()
        if not (token or "").isascii() or not number.isdecimal() or len(number) > 9:
            return reminders
        reminder = reminders.browse(int(number)).exists()
        if not reminder or not self._is_genuine(reminder, signature):
            return reminders
        limit = self.env["passport.clock"]._now() - timedelta(days=OFFER_DAYS)
        lives = reminder.create_date > limit and self._is_buyer(reminder)
        return reminder if lives else reminders

    @api.model
    def _is_genuine(self, reminder, signature):
        ring = self.env["passport.nir.keys"]._ring_or_none()
        genuine = False
        # All keys, and all of them each time: a rotation closes no link, and tells nothing.
        for digest in ring.signatures(_message(reminder), PURPOSE) if ring else ():
            genuine |= consteq(digest.hex(), signature)
        return genuine

    # ------------------------------------------------------------
    # What is offered
    # ------------------------------------------------------------

    @api.model
    def _choices(self, reminder):
        """Return what may still be asked for, as a list of :class:`Choice`; one for each training."""
        lines = reminder.line_ids.filtered(
            lambda line: (
                # What was corrected since may be another client's: the link tells of its own only.
                line.registration_id.renewal_client_id == reminder.client_id
                and line.registration_id.renewal_state in OPEN_STATES
            )
        )
        groups = lines.grouped(lambda line: line.training_id._renewal_training())
        trainings = self.env["product.template"].union(*groups)
        coming = self._sessions(reminder.company_id, trainings)
        return [
            Choice(
                training,
                found,
                coming.filtered(lambda event, training=training: event.training_id == training)[
                    :SESSIONS_SHOWN
                ],
            )
            for training, found in groups.items()
        ]

    @api.model
    def _sessions(self, company, trainings):
        """Return the sessions to come of these trainings that can be booked, the next first."""
        events = self.env["event.event"].search(
            [
                ("training_id", "in", trainings.ids),
                ("company_id", "in", [company.id, False]),
                ("date_begin", ">", self.env["passport.clock"]._now()),
                ("is_subcontracted", "=", False),
                ("stage_id.pipe_end", "=", False),
                ("kanban_state", "!=", "cancel"),
                ("event_ticket_ids.product_id", "!=", False),
            ],
            order="date_begin, id",
        )
        return events.filtered(
            lambda event: (
                not event.is_multi_slots
                and not (event.seats_limited and event.seats_max and event.seats_available < 1)
            )
        )

    @api.model
    def _session_text(self, event):
        """Return when and where a session is, in words."""
        day_of, timezone = self.env["passport.clock"]._day_of, event._passport_timezone()
        first, last = (day_of(moment, timezone) for moment in (event.date_begin, event.date_end))
        dates = format_date(self.env, first)
        if last != first:
            dates = f"{dates} – {format_date(self.env, last)}"
        city = event.address_id.sudo().city
        return f"{dates}, {city}" if city else dates

    @api.model
    def _dates(self, reminder):
        """Return ``[{"training", "dates"}]`` of what can be booked, for the e-mail."""
        return [
            {
                "training": choice.training.name,
                "dates": [self._session_text(event) for event in choice.sessions],
            }
            for choice in self._choices(reminder)
            if choice.sessions
        ]

    # ------------------------------------------------------------
    # What is asked for
    # ------------------------------------------------------------

    @api.model
    def _ask(self, reminder, line_ids, session_ids, note=""):
        """Make the draft quotation a client asks for, once; asked again, it is the same one.

        :param line_ids: of the people to renew, among the reminder's own
        :param session_ids: ``{training id: session id}`` of the dates chosen; none where the client
            left them open
        :param note: what the client added
        :returns: the quotation; none if nobody was chosen, or all are enrolled meanwhile
        :raises LockError: the same is being asked for at this moment
        """
        orders = self.env["sale.order"].sudo()
        reminder.lock_for_update(allow_referencing=True)
        if reminder.sale_order_id:
            return reminder.sale_order_id
        wanted = []
        for choice in self._choices(reminder):
            lines = choice.lines.filtered(lambda line: line.id in line_ids)
            event = choice.sessions.filtered(
                lambda event, training=choice.training: event.id == session_ids.get(training.id)
            )
            if lines:
                wanted.append((choice.training, event, lines.registration_id))
        if not wanted:
            return orders
        order = self._make_order(reminder, wanted)
        reminder.write({"sale_order_id": order.id, "asked_on": self.env["passport.clock"]._now()})
        self._tell(reminder, order, note)
        return order

    @api.model
    def _make_order(self, reminder, wanted):
        company = reminder.company_id
        wizard = self.env["passport.enrol"].sudo().with_company(company)
        dialog = wizard.create({"purpose": "quotation"})
        found = [
            (self._dialog_line(dialog, training, event, people), people)
            for training, event, people in wanted
            if event
        ]
        order = dialog._create_order(reminder.client_id, company, found)
        texts = self.with_context(lang=reminder.client_id.lang or self.env.lang)
        # Odoo sells no seat without a session: who leaves the date open is told as a note.
        order.order_line.create(
            [
                {
                    "order_id": order.id,
                    "display_type": "line_note",
                    "name": texts.env._(
                        "%(training)s, date to be proposed. Attendees: %(names)s",
                        training=training.with_env(texts.env).name,
                        names=", ".join(people.mapped("name")),
                    ),
                }
                for training, event, people in wanted
                if not event
            ]
        )
        return order

    @api.model
    def _dialog_line(self, dialog, training, event, people):
        return dialog.line_ids.create(
            {
                "wizard_id": dialog.id,
                "company_id": dialog.env.company.id,
                "training_id": training.id,
                "registration_ids": [fields.Command.set(people.ids)],
                "event_id": event.id,
            }
        )

    @api.model
    def _tell(self, reminder, order, note):
        """Give the quotation to who looks after the client, with what the client added."""
        texts = self.with_context(lang=self.env["res.lang"]._passport_lang()).env
        body = texts._("Asked for by the client through the renewal e-mail.")
        order.message_post(body=f"{body}\n{note}" if note else body)
        user = self.env["passport.rights"]._looking_after(
            [reminder.client_id.user_id, order.user_id, reminder.by_hand_id],
            SALES_GROUP,
            reminder.company_id,
        )
        if not user:
            return
        order.user_id = user
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=texts._("Renewal asked for: check the quotation and send it"),
            user_id=user.id,
        )
