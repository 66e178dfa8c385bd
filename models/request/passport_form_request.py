from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import single_email_re

BATCH = 50
# More than these registrations of one address are no case of ours.
MAX_LINKS = 5
MAX_LENGTH = 254


class PassportFormRequest(models.Model):
    """An e-mail address for which a new personal link was asked on the public page.

    Only written down there and answered later: the page takes as long, and says the same, for an
    address that is known as for any other. Deleted when answered.
    """

    _name = "passport.form.request"
    _description = "Request of a New Personal Link"
    _order = "id"
    _rec_name = "create_date"

    email = fields.Char(required=True, groups=fields.NO_ACCESS)

    @api.model
    def _ask(self, text):
        """Take a request down if ``text`` is an e-mail address; tell whether it is one."""
        email = email_normalize(text or "")
        if not email or len(email) > MAX_LENGTH or not single_email_re.match(email):
            return False
        if self.env["passport.form.attempt"]._take("new_link_email", email):
            self.sudo().create({"email": email})
            self.env.ref("passeport_prevention.ir_cron_form_requests").sudo()._trigger()
        return True

    @api.model
    def _cron_answer(self):
        """Send the links that were asked for, batch after batch."""
        while requests := self.sudo().search([], limit=BATCH):
            emails = set(requests.mapped("email"))
            self.env["passport.request"]._resend(emails)
            count = len(requests)
            requests.unlink()
            remaining = self.sudo().search_count([])
            if not self.env["ir.cron"]._commit_progress(count, remaining=remaining):
                break

    @api.autovacuum
    def _gc_requests(self):
        """Forget what could not be answered."""
        limit = fields.Datetime.now() - timedelta(days=1)
        self.sudo().search([("create_date", "<", limit)]).unlink()
