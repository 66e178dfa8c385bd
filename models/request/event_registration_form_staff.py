from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ground.passport_rights import USER_GROUP
from .event_registration_form import OPEN_STATE
from .passport_form_request import MAX_LINKS

# Nobody is written to about a session that ended longer ago.
ASKED_FOR_DAYS = 180


class EventRegistration(models.Model):
    """The attendee's form as the training body sees it: asked, opened, filled in; never the link."""

    _inherit = "event.registration"

    passport_form_state = fields.Selection(
        [
            ("sent", "Asked"),
            ("opened", "Opened"),
            ("given", "Filled In"),
            ("refused", "Refused"),
            ("revoked", "Revoked"),
            ("expired", "Expired"),
        ],
        string="Attendee's Form",
        compute="_compute_passport_form",
        compute_sudo=True,
        groups=USER_GROUP,
    )
    passport_form_sent_on = fields.Datetime(
        string="E-mail Sent On",
        compute="_compute_passport_form",
        compute_sudo=True,
        groups=USER_GROUP,
    )
    passport_form_opened_on = fields.Datetime(
        string="Form Opened On",
        compute="_compute_passport_form",
        compute_sudo=True,
        groups=USER_GROUP,
    )
    passport_form_notice_on = fields.Datetime(
        string="Notice Read On",
        compute="_compute_passport_form",
        compute_sudo=True,
        groups=USER_GROUP,
        help="When the attendee confirmed to have read how the data are used.",
    )
    passport_form_done_on = fields.Datetime(
        string="Form Answered On",
        compute="_compute_passport_form",
        compute_sudo=True,
        groups=USER_GROUP,
    )
    passport_name_note = fields.Char(
        string="Name According to the Attendee",
        readonly=True,
        copy=False,
        groups=USER_GROUP,
        help="What the attendee typed on the form: your spelling of the name is not theirs.",
    )

    @api.depends(
        "attendee_partner_id",
        "passport_form_link_ids.sent_on",
        "passport_form_link_ids.opened_on",
        "passport_form_link_ids.done_on",
        "passport_form_link_ids.revoked_on",
        "passport_form_link_ids.expires_on",
        "passport_form_link_ids.partner_id",
    )
    def _compute_passport_form(self):
        now = fields.Datetime.now()
        for registration in self:
            person = registration.attendee_partner_id
            links = registration.passport_form_link_ids
            link = links.filtered(lambda link, person=person: link.partner_id == person)
            link = link.sorted("id")[-1:]
            registration.passport_form_state = link._state(now) if link else False
            registration.passport_form_sent_on = link.sent_on
            registration.passport_form_opened_on = link.opened_on
            registration.passport_form_notice_on = link.notice_read_on
            registration.passport_form_done_on = link.done_on

    # ------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------

    def action_passport_ask(self):
        """Ask these attendees, each by e-mail at their own address, for the data that are missing.

        Those without an address are asked of their employer, by the next summary.

        :returns: a notification that counts them
        :raises AccessError: the user is no user of the Passeport de prévention
        :raises UserError: nothing is missing
        """
        self._check_passport_form_rights()
        asked = self._passport_form_open()
        unnamed = self.filtered(lambda registration: registration._passport_is_unnamed())
        if not asked and not unnamed:
            raise UserError(
                self.env._(
                    "Nothing to ask: no NIR nor birth name is missing, or these attendees are not to "
                    "be declared."
                )
            )
        mailed = asked.filtered(lambda registration: registration._passport_form_email())
        mailed._passport_form_send("passeport_prevention.mail_template_ask_data")
        mailed._passport_form_log(
            self.env._("The missing data were asked of the attendee by e-mail.")
        )
        silent = asked - mailed | unnamed
        silent.sudo()._passport_form_leave_to_employer()
        return self._passport_form_notify(mailed, silent)

    def _passport_form_leave_to_employer(self):
        """Have these attendees, whom no e-mail reaches, asked of their employers."""
        self.filtered(
            lambda registration: not registration.passport_asked_on
        )._passport_form_start()

    def _passport_is_unnamed(self):
        """Tell whether only the name of this attendee is still to come from the client."""
        self.ensure_one()
        return (
            self.passport_state == OPEN_STATE
            and bool(self.event_id.training_id)
            and not self.attendee_partner_id
        )

    def _passport_form_notify(self, mailed, silent):
        message = self.env._("E-mails on their way: %(count)s.", count=len(mailed))
        if silent:
            message += "\n" + self.env._(
                "Attendees without a name or an e-mail of their own, left to their employer: %(count)s.",
                count=len(silent),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if mailed else "warning",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_passport_form_revoke(self):
        """Close the personal links of these attendees: what was sent opens nothing any more."""
        self._check_passport_form_rights()
        self._passport_form_revoke()
        self._passport_form_log(self.env._("The personal link was revoked."))

    def action_passport_name_accept(self):
        """Take the name that the attendee typed for the contact and the registration."""
        self._check_passport_form_rights()
        for registration in self.filtered("passport_name_note"):
            name = registration.passport_name_note
            registration.attendee_partner_id.name = name
            registration.write({"name": name, "passport_name_note": False})

    def action_passport_name_dismiss(self):
        """Keep the name as it is."""
        self._check_passport_form_rights()
        self.write({"passport_name_note": False})

    def _check_passport_form_rights(self):
        self.env["passport.rights"]._check(
            USER_GROUP,
            self.env._("Only users of the Passeport de prévention may ask for these data."),
        )
        self.check_access("write")

    def _passport_form_send(self, template_xmlid):
        """Queue an e-mail with the personal link for each of these registrations.

        The e-mail stays out of the chatter, which people read who must not have the link, and out
        of the database once it is sent.
        """
        if not self:
            return
        registrations = self.sudo()
        links = registrations._passport_form_links()
        self.env.ref(template_xmlid).sudo().send_mail_batch(
            links.registration_id.ids,
            email_values={"model": False, "res_id": False, "auto_delete": True},
        )
        links.write({"sent_on": fields.Datetime.now()})

    @api.model
    def _passport_form_resend(self, emails):
        """Send the personal links of these addresses, to these addresses only.

        :param emails: normalized e-mail addresses, anybody's
        """
        since = fields.Datetime.now() - timedelta(days=ASKED_FOR_DAYS)
        people = fields.Domain("attendee_partner_id.email_normalized", "in", list(emails))
        # Too many at most: only an address that is exactly the same counts below.
        people |= fields.Domain.OR(fields.Domain("email", "=ilike", email) for email in emails)
        recent = fields.Domain("event_end_date", ">=", since)
        registrations = self.sudo().search(
            people & recent & fields.Domain("passport_state", "=", OPEN_STATE),
            order="id desc",
        )
        by_email = {}
        for registration in registrations._passport_form_open():
            by_email.setdefault(registration._passport_form_email(), []).append(registration.id)
        ids = [rid for email in emails for rid in by_email.get(email, ())[:MAX_LINKS]]
        chosen = registrations.browse(ids)
        chosen._passport_form_send("passeport_prevention.mail_template_ask_data")
        chosen._passport_form_log(self.env._("The attendee asked for a new personal link."))

    # ------------------------------------------------------------
    # What the training body is told, without personal data
    # ------------------------------------------------------------

    def _passport_form_log(self, text):
        """Leave a note on each of these registrations."""
        if self:
            self.sudo()._message_log_batch(bodies=dict.fromkeys(self.ids, text))

    def _passport_form_todo(self, summary):
        """Give something to do to who is responsible for the session."""
        for registration in self.sudo().filtered("event_id.user_id"):
            registration.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                user_id=registration.event_id.user_id.id,
            )

    def _passport_form_note_name(self, name):
        """Keep the spelling of the name that the attendee asks for; somebody has to accept it."""
        self.sudo().passport_name_note = name
        self._passport_form_todo(
            self.env._("The attendee asks to have the spelling of the name corrected.")
        )

    def _passport_form_lang(self):
        """Return the language of the form: the attendee's if it is installed, else French."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        lang = self.sudo().attendee_partner_id.lang
        return lang if lang in installed else self.env["res.lang"]._passport_lang()
