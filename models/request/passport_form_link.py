from odoo import api, fields, models
from odoo.tools import consteq
from odoo.tools.misc import hmac

from ...tools import form_token
from ...tools.log_filter import protect

SCOPE = "passeport_prevention.form_link"
PATH = "/passeport/f/"


class PassportFormLink(models.Model):
    """The personal link of one attendee to the form that asks for the NIR and the birth name.

    Life of a link: made when an address is asked for (e-mail, convocation), opened, then done
    (the data given, or refused) or revoked, or it expires. Only what finds it is stored; the other
    half of its address is a signature, computed anew each time. Nobody but superuser code reads
    these records: who sees an address could answer in the attendee's place.
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
        genuine = consteq(link._sign(link.id or 0, selector), token)
        return link if genuine and link else self.browse()

    @api.model
    def _sign(self, link_id, selector):
        digest = hmac(self.sudo().env, SCOPE, f"{link_id}:{selector}")
        return form_token.join(selector, bytes.fromhex(digest))

    def _url(self):
        """Return the absolute address of this link."""
        self.ensure_one()
        link = self.sudo()
        return f"{link.registration_id.get_base_url()}{PATH}{self._sign(link.id, link.selector)}"

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

    def _state(self, now):
        """Return what staff is told of this link: a value of ``passport_form_state``."""
        self.ensure_one()
        if self.done_on:
            return self.outcome
        if self.revoked_on:
            return "revoked"
        if self.expires_on <= now:
            return "expired"
        return "opened" if self.opened_on else "sent"

    def _is_to_prolong(self):
        """Tell whether the end is worth putting off; a day more or less is no matter."""
        end = self.env["passport.personal.form"]._end(self.registration_id)
        return (end - self.expires_on).days >= 1
