from datetime import timedelta

from odoo import fields, models

# Of an attendee in this state something is missing that blocks the declaration.
OPEN_STATE = "blocked"


class EventRegistration(models.Model):
    """The attendee's own form: what is asked, and the personal link to it."""

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

    # ------------------------------------------------------------
    # Public to the rest of the addon
    # ------------------------------------------------------------

    def _passport_form_url(self):
        """Return the absolute address of the attendee's personal form, ``False`` if nothing to ask.

        Private: for the attendee's own e-mail address and the documents handed to them, never for
        an employer or a list. The same address as long as the link lives; a link is made, and its
        end put off, by asking for its address.
        """
        self.ensure_one()
        # Read with those beside it where there are many, as when e-mails are rendered.
        links = self.sudo().passport_form_link_ids.filtered(lambda link: link._is_live())
        if links and not links[0]._is_to_prolong() and self._passport_form_open():
            return links[0]._url()
        return self._passport_form_urls()[self]

    def _passport_form_urls(self):
        """Return ``{registration: address or False}``, in a constant number of queries."""
        links = self.sudo()._passport_form_open()._passport_form_links()
        urls = {link.registration_id.id: link._url() for link in links}
        return {registration: urls.get(registration.id, False) for registration in self}

    def _passport_form_open(self):
        """Return those whose NIR or birth name is to be asked of the attendee."""
        return self.filtered(lambda registration: any(registration._passport_form_needs()))

    def _passport_form_needs(self):
        """Tell what to ask of this attendee: ``(the NIR, the birth name)``, two booleans."""
        self.ensure_one()
        registration = self.sudo()
        person = registration.attendee_partner_id
        is_open = registration.passport_state == OPEN_STATE and registration.event_id.training_id
        if not person or not is_open or person.nir_state == "refused":
            return False, False
        codes = person.nir_vault_ids and person.nir_vault_ids._check_code_list()
        return not person.nir_vault_ids or "nir_invalid" in codes, not person.birth_name

    def _passport_form_email(self):
        """Return the attendee's own e-mail address, ``False`` if only somebody else's is known."""
        self.ensure_one()
        registration = self.sudo()
        person, booker = registration.attendee_partner_id, registration.partner_id
        if not person:
            return False
        # A substitute may have been put over somebody else's address.
        if registration._is_same_person() and (own := registration._attendee_email()):
            return own
        email = person.email_normalized
        bookers = booker | booker.commercial_partner_id
        if email and (person in bookers or email not in bookers.mapped("email_normalized")):
            return email
        return False

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def _passport_form_links(self):
        """Return a living link for each of these registrations: the one it has, else a new one."""
        links = self.env["passport.form.link"].sudo()
        known = links.search([("registration_id", "in", self.ids)])
        living = {link.registration_id: link for link in known if link._is_live()}
        asked_before = {(link.registration_id, link.partner_id) for link in known}
        new = self.filtered(lambda registration: registration not in living)
        created = links.create([registration._passport_form_link_values() for registration in new])
        new.filtered(
            lambda registration: (
                (registration, registration.attendee_partner_id) not in asked_before
            )
        )._passport_form_start()
        kept = links.browse(link.id for link in living.values())
        kept._prolong()
        return kept | created

    def _passport_form_link_values(self):
        return {
            "registration_id": self.id,
            "partner_id": self.attendee_partner_id.id,
            "email": self._passport_form_email(),
            "expires_on": self._passport_form_end(),
        }

    def _passport_form_end(self):
        """Return when a link asked for now expires."""
        days = self.company_id.passport_form_days or self.env.company.passport_form_days
        return fields.Datetime.now() + timedelta(days=days)

    def _passport_form_start(self):
        """Begin to count the reminders of these registrations."""
        if self:
            self.write({"passport_asked_on": fields.Datetime.now()})

    def _passport_form_revoke(self):
        """Close the links of these registrations."""
        self.sudo().passport_form_link_ids._revoke()
