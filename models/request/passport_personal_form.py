from datetime import timedelta

from odoo import api, fields, models

from ...tools import form_token

# What the attendee is asked for on the form.
ASKED = ("nir", "birth_name")


class PassportPersonalForm(models.AbstractModel):
    """The attendees' own form: what is asked on it, of whom, and the personal links to it."""

    _name = "passport.personal.form"
    _description = "Personal Form of an Attendee"

    @api.model
    def _urls(self, registrations):
        """Return ``{registration: address or False}`` to print, ``False`` if there is nothing to ask.

        Not the personal one, which is for the attendee alone: the public page where it can be asked
        for. In an e-mail that leaves for the attendee's own address the personal one takes its place.
        """
        asked = self._open(registrations)
        return {
            registration: registration in asked
            and f"{registration.event_id.get_base_url()}{form_token.STAND_IN}"
            for registration in registrations
        }

    @api.model
    def _open(self, registrations):
        """Return those whose NIR or birth name is to be asked of the attendee."""
        needs = self.env["passport.needs"]._of(registrations)
        return registrations.filtered(
            lambda registration: (
                registration.sudo().attendee_partner_id
                and not needs[registration].isdisjoint(ASKED)
            )
        )

    @api.model
    def _needs(self, registration):
        """Tell what to ask of this attendee: ``(the NIR, the birth name)``, two booleans."""
        registration.ensure_one()
        needs = self.env["passport.needs"]._of(self._open(registration))
        asked = needs.get(registration, ())
        return "nir" in asked, "birth_name" in asked

    @api.model
    def _email(self, registration):
        """Return the attendee's own e-mail address, ``False`` if only somebody else's is known."""
        registration.ensure_one()
        registration = registration.sudo()
        person = registration.attendee_partner_id
        if not person:
            return False
        # A substitute may have been put over somebody else's address.
        identity = self.env["passport.identity"]
        if identity._is_same_person(registration) and (own := identity._email(registration)):
            return own
        email = person.email_normalized
        bookers = self.env["passport.client"]._faces(registration)
        if email and (person in bookers or email not in bookers.mapped("email_normalized")):
            return email
        return False

    @api.model
    def _lang(self, registration):
        """Return the language of the form: the attendee's if it is installed, else French."""
        registration.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        lang = registration.sudo().attendee_partner_id.lang
        return lang if lang in installed else self.env["res.lang"]._passport_lang()

    @api.model
    def _reachable(self, registrations):
        """Return ``{registration: its reachable address}`` of those that have one."""
        emails = {registration: self._email(registration) for registration in registrations}
        wrong = self.env["passport.letter"]._wrong(filter(None, emails.values()))
        return {
            registration: email
            for registration, email in emails.items()
            if email and email not in wrong
        }

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    @api.model
    def _links(self, registrations, start=True):
        """Return a living link for each of these registrations: the one it has, else a new one.

        :param start: begin to count the reminders of who had none before
        """
        links = self.env["passport.form.link"].sudo()
        known = links.search([("registration_id", "in", registrations.ids)])
        living = {link.registration_id: link for link in known if link._is_live()}
        asked_before = {(link.registration_id, link.partner_id) for link in known}
        new = registrations.filtered(lambda registration: registration not in living)
        created = links.create([self._link_values(registration) for registration in new])
        if start:
            first = new.filtered(lambda seat: (seat, seat.attendee_partner_id) not in asked_before)
            self.env["passport.request"]._start(first)
        kept = links.browse(link.id for link in living.values())
        for link in kept.filtered(lambda link: not link.email):
            link.email = self._email(link.registration_id)
        self._prolong(kept)
        return kept | created

    @api.model
    def _link_values(self, registration):
        return {
            "registration_id": registration.id,
            "partner_id": registration.attendee_partner_id.id,
            "email": self._email(registration),
            "expires_on": self._end(registration),
        }

    @api.model
    def _end(self, registration):
        """Return when a link asked for now expires."""
        days = registration.company_id.passport_form_days or self.env.company.passport_form_days
        return fields.Datetime.now() + timedelta(days=days)

    @api.model
    def _prolong(self, links):
        """Put off the end of links whose address is handed out again."""
        ends = {}
        for link in links:
            if link._is_to_prolong():
                end = self._end(link.registration_id)
                ends[end] = ends.get(end, links.browse()) | link
        for end, ending in ends.items():
            ending.write({"expires_on": end})

    @api.model
    def _revoke(self, registrations):
        """Close the links of these registrations for good."""
        links = registrations.sudo().passport_form_link_ids
        links.filtered(lambda link: not link.done_on and not link.revoked_on).write(
            {"revoked_on": fields.Datetime.now()}
        )
        self.env["passport.request"]._log(
            registrations, self.env._("The personal link was revoked.")
        )
