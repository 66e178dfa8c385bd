import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import email_split

from ..ground.followers import Follower

# Of the rooms above, who is told that letters arrived or not: ``(letters, {"state"}, None)``.
LETTER_FOLLOWERS = (Follower("passport.convocations", after="_after_letters"),)
WAITING, SENT, UNSENT, WRONG = "waiting", "sent", "unsent", "wrong"
# What Odoo says when the address is at fault, and not the mail server.
WRONG_TYPES = {"mail_email_invalid", "mail_email_missing"}
# A recipient whom the mail server refuses for good, as Odoo words the reason in any language.
_REFUSED = re.compile(r"SMTPRecipientsRefused\b.*\(5\d\d\b", re.DOTALL)
KEPT_DAYS = 400


class PassportLetter(models.Model):
    """An e-mail of ours to one address, and what became of it.

    Life of a letter: waiting in Odoo's queue, then sent (the mail server took it), or unsent (the
    server could not be reached, Odoo's administrator tries again), or its address is wrong: refused
    by the server, or bounced later. The e-mail itself is gone by then; this row stays to tell the
    training body, and to recognise what bounces. Nobody has a right to this model.
    """

    _name = "passport.letter"
    _description = "E-mail of the Passeport de prévention and Its Fate"
    _order = "id desc"
    _rec_name = "queued_on"

    kind = fields.Selection(
        [
            ("request", "Request"),
            ("reminder", "Reminder"),
            ("summary", "Summary for the employer"),
            ("convocation", "Convocation"),
        ],
        required=True,
    )
    registration_ids = fields.Many2many(
        "event.registration",
        "passport_letter_registration_rel",
        "letter_id",
        "registration_id",
    )
    link_id = fields.Many2one("passport.form.link", ondelete="set null", index="btree_not_null")
    mail_id = fields.Many2one("mail.mail", ondelete="set null", index="btree_not_null")
    email = fields.Char(required=True, index=True)
    message_id = fields.Char(index="btree_not_null")
    state = fields.Selection(
        [(WAITING, "On Its Way"), (SENT, "Sent"), (UNSENT, "Not Sent"), (WRONG, "Address Wrong")],
        required=True,
        default=WAITING,
    )
    queued_on = fields.Datetime(required=True, default=fields.Datetime.now)
    settled_on = fields.Datetime()

    # ------------------------------------------------------------
    # Writing and sending
    # ------------------------------------------------------------

    @api.model
    def _queue(self, kind, mails):
        """Note letters whose e-mails wait in the queue.

        :param mails: list of ``(mail.mail, address, registrations, personal link or nothing)``
        """
        return self.sudo().create(
            [
                {
                    "kind": kind,
                    "mail_id": mail.id,
                    "message_id": mail.message_id,
                    "email": email,
                    "registration_ids": [fields.Command.set(registrations.ids)],
                    "link_id": link.id if link else False,
                }
                for mail, email, registrations, link in mails
            ]
        )

    @api.model
    def _link_of(self, mail):
        """Return the personal link that an e-mail about to leave may hold, or an empty recordset."""
        return self.sudo().search([("mail_id", "=", mail.id)]).link_id[:1]

    @api.model
    def _settle(self, mails, success_pids, success_emails, failure_type, failure_reason):
        """Note what became of the letters of these e-mails, as Odoo tells it once it tried."""
        letters = self.sudo().search([("mail_id", "in", mails.ids)])
        if not letters:
            return
        arrived = {email_normalize(email) for text in success_emails for email in email_split(text)}
        arrived.update(email_normalize(partner.email or "") for partner in success_pids)
        sent = letters.filtered(lambda letter: letter.email in arrived)
        is_wrong = failure_type in WRONG_TYPES or _REFUSED.search(str(failure_reason or ""))
        for letter in sent:
            letter.message_id = letter.mail_id.message_id
        sent._set_state(SENT)
        (letters - sent)._set_state(WRONG if is_wrong else UNSENT)

    def _set_state(self, state):
        if not self:
            return
        now = self.env["passport.clock"]._now()
        self.write({"state": state, "settled_on": now})
        if state == SENT:
            self._stamp(now)
        if state == WRONG:
            self.env["passport.request"]._tell_wrong_address(self)
        for follower in LETTER_FOLLOWERS:
            getattr(self.env[follower.service], follower.after)(self, {"state": state}, None)

    def _stamp(self, now):
        """Note on what these letters are about when they were sent."""
        self.link_id.write({"sent_on": now})
        for kind, fname in (
            ("reminder", "passport_reminded_on"),
            ("summary", "passport_employer_reminded_on"),
        ):
            letters = self.filtered(lambda letter, kind=kind: letter.kind == kind)
            letters.registration_ids.write({fname: now})

    # ------------------------------------------------------------
    # Wrong addresses
    # ------------------------------------------------------------

    @api.model
    def _wrong(self, emails):
        """Return those of these addresses to which the last letter did not arrive, in one query."""
        emails = list(set(emails))
        if not emails:
            return set()
        self.flush_model(["email", "state"])
        self.env.cr.execute(
            """
            SELECT email
              FROM (SELECT DISTINCT ON (email) email, state
                      FROM passport_letter
                     WHERE email = ANY(%s) AND state IN %s
                     ORDER BY email, id DESC) last
             WHERE state = %s
            """,
            [emails, (SENT, WRONG), WRONG],
        )
        return {email for (email,) in self.env.cr.fetchall()}

    @api.model
    def _wrong_of(self, registrations):
        """Return those of these registrations whose attendee's own address is wrong."""
        form = self.env["passport.personal.form"]
        emails = {registration: form._email(registration) for registration in registrations}
        wrong = self._wrong(filter(None, emails.values()))
        return registrations.filtered(lambda registration: emails[registration] in wrong)

    @api.model
    def _wrong_domain(self):
        """Return the domain of the registrations that may have a wrong address; too many at most."""
        groups = self.sudo()._read_group([("state", "=", WRONG)], ["email"])
        emails = self._wrong(email for (email,) in groups)
        return fields.Domain("attendee_partner_id.email_normalized", "in", emails) | fields.Domain(
            "email", "in", emails
        )

    @api.model
    def _forgive(self, emails):
        """Have these addresses tried again: somebody says that they are right."""
        self.sudo().search([("email", "in", list(emails)), ("state", "=", WRONG)]).write(
            {"state": UNSENT}
        )

    @api.model
    def _bounced(self, email, message_ids):
        """Note that what was sent to an address came back.

        :param email: the address, normalized
        :param message_ids: those of the message that came back; where they are not told, or were
            changed on the way, the last letter to the address is meant
        """
        letters = self.sudo()
        known = [("state", "in", (SENT, WAITING, UNSENT))]
        found = message_ids and letters.search([*known, ("message_id", "in", list(message_ids))])
        if not found and email:
            found = letters.search([*known, ("email", "=", email)], limit=1)
        if found and email:
            found = found.filtered(lambda letter: letter.email == email) or found
        if found:
            found._set_state(WRONG)

    @api.model
    def _lately(self, kind, domain, hours):
        """Return the registrations that letters of a kind, queued within some hours, are about."""
        since = self.env["passport.clock"]._now() - timedelta(hours=hours)
        letters = self.sudo().search(
            [
                ("kind", "=", kind),
                ("queued_on", ">", since),
                ("state", "!=", WRONG),
                ("registration_ids", "any", domain),
            ]
        )
        return letters.registration_ids

    @api.model
    def _pending(self, kind, registrations):
        """Return those of these registrations about which a letter of a kind has not left yet."""
        letters = self.sudo().search(
            [
                ("kind", "=", kind),
                ("state", "in", (WAITING, UNSENT)),
                ("mail_id.state", "in", ("outgoing", "exception")),
                ("registration_ids", "in", registrations.ids),
            ]
        )
        return letters.registration_ids & registrations.sudo()

    @api.autovacuum
    def _gc_letters(self):
        """Forget what is too old to come back; a wrong address is remembered."""
        limit = self.env["passport.clock"]._now() - timedelta(days=KEPT_DAYS)
        self.sudo().search([("queued_on", "<", limit), ("state", "!=", WRONG)]).unlink()
