import json
import secrets
from datetime import timedelta

from odoo import api, fields, models

from ...tools import cipher

KEPT_HOURS = 1
MAX_UPLOADS_PER_HOUR = 20


# No wizard: nobody opens it, Odoo only cleans it up like one.
class PassportPortalUpload(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """A sheet a client uploaded, between its check and its confirmation.

    What it holds is sealed with the vault's keys, bound to the user and to the page it was uploaded
    on; it is dropped once confirmed or given up, and after an hour whatever happens. The row that
    stays for the rest of the hour counts the uploads of the user. Nobody has a right to this model.
    """

    _name = "passport.portal.upload"
    _description = "Sheet Uploaded in the Customer Portal"
    _transient_max_hours = KEPT_HOURS

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade", index=True)
    place = fields.Char(required=True, help="The page: order or session, with its number.")
    token = fields.Char(required=True, default=lambda self: secrets.token_urlsafe(16), index=True)
    envelope = fields.Text(groups=fields.NO_ACCESS)

    @api.model
    def _is_limit_reached(self, user):
        """Tell whether this user has uploaded as much as one may in an hour."""
        return self.sudo().search_count(self._recent_domain(user)) >= MAX_UPLOADS_PER_HOUR

    @api.model
    def _keep(self, user, place, rows):
        """Seal ``rows`` (plain data) of an upload, or just count it where there are none."""
        upload = self.sudo().create({"user_id": user.id, "place": place})
        if rows is not None:
            ring = self.env["passport.nir"]._key_ring()
            upload.envelope = ring.encrypt(json.dumps(rows), upload._seal_context())
        return upload

    @api.model
    def _find(self, user, place, token):
        """Return the pending upload of this user on this page, or an empty recordset."""
        return self.sudo().search(
            [
                *self._recent_domain(user),
                ("place", "=", place),
                ("token", "=", token),
                ("envelope", "!=", False),
            ],
            limit=1,
        )

    def _rows(self):
        """Return what was sealed, or ``None`` when the keys do not open it any more."""
        self.ensure_one()
        ring = self.env["passport.nir"]._key_ring_or_none()
        try:
            return json.loads(ring.decrypt(self.envelope, self._seal_context())) if ring else None
        except cipher.UnreadableError:
            return None

    def _forget(self):
        """Drop what was sealed; the row stays to be counted."""
        self.sudo().write({"envelope": False})

    @api.model
    def _recent_domain(self, user):
        limit = fields.Datetime.now() - timedelta(hours=KEPT_HOURS)
        return [("user_id", "=", user.id), ("create_date", ">=", limit)]

    def _seal_context(self):
        return f"passport.portal.upload:{self.user_id.id}:{self.place}:{self.token}"

    @api.model
    def _cron_forget(self):
        """Delete the uploads older than an hour."""
        limit = fields.Datetime.now() - timedelta(hours=KEPT_HOURS)
        self.sudo().search([("create_date", "<", limit)]).unlink()
