import json
import secrets
from datetime import timedelta

from odoo import api, fields, models

KEPT_HOURS = 1


# No wizard: nobody opens it, Odoo only cleans it up like one.
class PassportPortalUpload(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """A sheet a client uploaded, between its check and its confirmation.

    What it holds is sealed with the vault's keys, bound to the user and to the page it was uploaded
    on; it is deleted once confirmed or given up, and after an hour whatever happens. Nobody has a
    right to this model.
    """

    _name = "passport.portal.upload"
    _description = "Sheet Uploaded in the Employer's Space"
    _transient_max_hours = KEPT_HOURS

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade", index=True)
    place = fields.Char(required=True, help="The page: order or session, with its number.")
    token = fields.Char(required=True, default=lambda self: secrets.token_urlsafe(16), index=True)
    envelope = fields.Text(groups=fields.NO_ACCESS)

    @api.model
    def _keep(self, user, page, rows):
        """Seal ``rows`` (plain data) of an upload of this user on this page."""
        upload = self.sudo().create({"user_id": user.id, "place": page})
        keys = self.env["passport.nir.keys"]
        upload.envelope = keys._seal_text(json.dumps(rows), upload._seal_context())
        return upload

    @api.model
    def _find(self, user, page, token):
        """Return the pending upload of this user on this page, or an empty recordset."""
        limit = fields.Datetime.now() - timedelta(hours=KEPT_HOURS)
        return self.sudo().search(
            [
                ("user_id", "=", user.id),
                ("create_date", ">=", limit),
                ("place", "=", page),
                ("token", "=", token),
            ],
            limit=1,
        )

    def _rows(self):
        """Return what was sealed, or ``None`` when the keys do not open it any more."""
        self.ensure_one()
        text = self.env["passport.nir.keys"]._open_text(self.envelope, self._seal_context())
        return None if text is None else json.loads(text)

    def _seal_context(self):
        return f"passport.portal.upload:{self.user_id.id}:{self.place}:{self.token}"

    @api.model
    def _cron_forget(self):
        """Delete the uploads older than an hour."""
        limit = fields.Datetime.now() - timedelta(hours=KEPT_HOURS)
        self.sudo().search([("create_date", "<", limit)]).unlink()
