from odoo import api, fields, models

from ..ground.passport_rights import USER_GROUP


class EventRegistration(models.Model):
    """What was asked of an attendee and of the employer, as the training body sees it; never a link."""

    _inherit = "event.registration"

    passport_form_link_ids = fields.One2many(
        "passport.form.link", "registration_id", groups=fields.NO_ACCESS
    )
    passport_asked_on = fields.Datetime(
        string="Data Asked For On",
        readonly=True,
        copy=False,
        help="When the attendee, or the employer for an attendee without an e-mail, was first asked "
        "for the data that are missing. Reminders count from here.",
    )
    passport_form_state = fields.Selection(
        [
            ("waiting", "On Its Way"),
            ("sent", "Asked"),
            ("unsent", "Not Sent"),
            ("wrong", "Address Wrong"),
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
    passport_reminder_count = fields.Integer(
        string="Reminders to the Attendee", readonly=True, copy=False, groups=USER_GROUP
    )
    passport_reminded_on = fields.Datetime(
        string="Attendee Reminded On", readonly=True, copy=False, groups=USER_GROUP
    )
    passport_employer_reminder_count = fields.Integer(
        string="Reminders to the Employer", readonly=True, copy=False, groups=USER_GROUP
    )
    passport_employer_reminded_on = fields.Datetime(
        string="Employer Reminded On", readonly=True, copy=False, groups=USER_GROUP
    )
    # Asked of an attendee without a name or an address: the employer's turn comes at once.
    passport_ask_employer = fields.Boolean(readonly=True, copy=False, groups=USER_GROUP)

    passport_address_wrong = fields.Boolean(
        string="Address Wrong",
        compute="_compute_passport_address_wrong",
        search="_search_passport_address_wrong",
        compute_sudo=True,
        help="The last e-mail to the attendee's own address was refused, or came back.",
    )

    @api.depends(
        "attendee_partner_id",
        "passport_form_link_ids.sent_on",
        "passport_form_link_ids.letter_ids.state",
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
            link = self.env["passport.form.link"]
            if person:  # A link is somebody's: else none is looked for.
                links = registration.passport_form_link_ids
                link = links.filtered(lambda link, person=person: link.partner_id == person)
                link = link.sorted("id")[-1:]
            registration.passport_form_state = link._state(now) if link else False
            registration.passport_form_sent_on = link.sent_on
            registration.passport_form_opened_on = link.opened_on
            registration.passport_form_notice_on = link.notice_read_on
            registration.passport_form_done_on = link.done_on

    @api.depends("attendee_partner_id.email", "email", "partner_id")
    def _compute_passport_address_wrong(self):
        wrong = self.env["passport.letter"]._wrong_of(self)
        for registration in self:
            registration.passport_address_wrong = registration in wrong

    @api.model
    def _search_passport_address_wrong(self, operator, value):
        if operator != "in":
            return NotImplemented
        wrong = self.env["passport.letter"]._wrong_of(
            self.sudo().search(self.env["passport.letter"]._wrong_domain())
        )
        return [("id", "in" if True in value else "not in", wrong.ids)]

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_passport_ask(self):
        """Ask these attendees, each by e-mail at their own address, for the data that are missing.

        Those without an address are asked of their employer, by the next summary.

        :returns: a notification that counts them
        :raises AccessError: the user is no user of the Passeport de prévention
        :raises UserError: nothing is missing
        """
        self._check_passport_request_rights()
        return self.env["passport.request"]._ask(self)

    def action_passport_form_revoke(self):
        """Close the personal links of these attendees: what was sent opens nothing any more."""
        self._check_passport_request_rights()
        self.env["passport.personal.form"]._revoke(self)

    def action_passport_address_right(self):
        """Have the addresses of these attendees tried again, since they are right after all."""
        self._check_passport_request_rights()
        form = self.env["passport.personal.form"]
        self.env["passport.letter"]._forgive(filter(None, map(form._email, self)))

    def action_passport_name_accept(self):
        """Take the name that the attendee typed for the contact and the registration."""
        self._check_passport_request_rights()
        for registration in self.filtered("passport_name_note"):
            name = registration.passport_name_note
            registration.attendee_partner_id.name = name
            registration.name = name
            registration.sudo().passport_name_note = False

    def action_passport_name_dismiss(self):
        """Keep the name as it is."""
        self._check_passport_request_rights()
        self.sudo().passport_name_note = False

    def _check_passport_request_rights(self):
        self.env["passport.rights"]._check(
            USER_GROUP,
            self.env._("Only users of the Passeport de prévention may ask for these data."),
        )
        self.check_access("write")

    # ------------------------------------------------------------
    # For the supplied e-mail templates
    # ------------------------------------------------------------

    def _passport_form_email(self):
        """Return the attendee's own e-mail address, see the service."""
        return self.env["passport.personal.form"]._email(self)

    def _passport_form_lang(self):
        """Return the language of the personal form, see the service."""
        return self.env["passport.personal.form"]._lang(self)

    def _passport_form_url(self):
        """Return the address that stands for the personal form in an e-mail, see the service."""
        return self.env["passport.personal.form"]._urls(self)[self]
