from odoo import api, fields, models
from odoo.tools import consteq

from ...tools import form_token
from ...tools.log_filter import protect

# What the vault's keys sign here.
PURPOSE = "personal link"


def _message(link, selector):
    return f"{link.id or 0}:{selector}"


def address_of(link):
    """Return the absolute address of a personal link.

    A function, and no method: what can be reached through an environment can be asked for by
    whoever writes a template. Called by what sends the e-mail, see ``mail_mail``, and nowhere else.

    :raises UserError: the keys of the vault cannot be read
    """
    link = link.sudo()
    ring = link.env["passport.nir.keys"]._ring()
    digest = ring.signature(_message(link, link.selector), PURPOSE)
    token = form_token.join(link.selector, digest)
    return f"{link.registration_id.event_id.get_base_url()}{form_token.PATH}{token}"


class PassportFormLink(models.Model):
    """The personal link of one attendee to the form that asks for the NIR and the birth name.

    Life of a link: made when an e-mail is sent (request, convocation), opened, then done (the data
    given, or refused) or revoked, or it expires. Only what finds it is stored; the other half of its
    address is a signature with a key of the vault, which is not in the database, computed when the
    e-mail leaves. Nobody but superuser code reads these records: who sees an address could answer in
    the attendee's place.
    """

    _name = "passport.form.link"
    _description = "Personal Link to the Attendee's Form"
    _order = "id desc"
    _rec_name = "create_date"

    registration_id = fields.Many2one(
        "event.registration", required=True, ondelete="cascade", index=True
    )
    # The link is this person's at this address: it dies when either is corrected.
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    email = fields.Char(groups=fields.NO_ACCESS)
    selector = fields.Char(required=True, groups=fields.NO_ACCESS)
    expires_on = fields.Datetime(required=True)
    sent_on = fields.Datetime()
    opened_on = fields.Datetime()
    notice_read_on = fields.Datetime(help="When the person confirmed to have read the notice.")
    done_on = fields.Datetime()
    outcome = fields.Selection([("given", "Given"), ("refused", "Refused")])
    revoked_on = fields.Datetime()
    letter_ids = fields.One2many("passport.letter", "link_id")

    _selector_unique = models.Constraint("unique(selector)", "A selector is drawn once.")

    def _register_hook(self):
        super()._register_hook()
        protect(("werkzeug", "odoo.http"))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["selector"] = form_token.new_selector()
        return super().create(vals_list)

    @api.model
    def _find(self, token):
        """Return the link of a token, whatever its state; nothing when the token is not genuine.

        Takes as long for a selector that exists as for one that does not.
        """
        selector = form_token.selector_of(token)
        if not selector:
            return self.browse()
        link = self.sudo().search([("selector", "=", selector)], limit=1)
        ring = self.env["passport.nir.keys"]._ring_or_none()
        genuine = False
        # All keys, and all of them each time: a rotation closes no link, and tells nothing.
        for digest in ring.signatures(_message(link, selector), PURPOSE) if ring else ():
            genuine |= consteq(form_token.join(selector, digest), token)
        return link if genuine and link else self.browse()

    def _is_usable(self):
        """Tell whether this link opens the form now."""
        self.ensure_one()
        return self._is_live() and bool(
            self.env["passport.personal.form"]._open(self.sudo().registration_id)
        )

    def _is_live(self):
        """Tell whether this link was neither used nor revoked, is still this person's, and lasts."""
        self.ensure_one()
        link = self.sudo()
        registration = link.registration_id
        return (
            not link.done_on
            and not link.revoked_on
            and link.expires_on > fields.Datetime.now()
            and link.partner_id == registration.attendee_partner_id
            and link.email in (False, self.env["passport.personal.form"]._email(registration))
        )

    def _note_opened(self):
        """Note when the person first touched the form."""
        self.filtered(lambda link: not link.opened_on).write({"opened_on": fields.Datetime.now()})

    def _state(self, now):
        """Return what staff is told of this link: a value of ``passport_form_state``."""
        self.ensure_one()
        if self.done_on:
            return self.outcome
        if self.revoked_on:
            return "revoked"
        if self.expires_on <= now:
            return "expired"
        if self.opened_on:
            return "opened"
        return self.letter_ids.sorted("id")[-1:].state or "sent"

    def _is_to_prolong(self):
        """Tell whether the end is worth putting off; a day more or less is no matter."""
        end = self.env["passport.personal.form"]._end(self.registration_id)
        return (end - self.expires_on).days >= 1
