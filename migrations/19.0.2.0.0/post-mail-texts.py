"""From 19.0.1.0.0: e-mails that nobody changed take the texts of today, which link to more.

An e-mail that was written on since it was installed is somebody's own: it stays as it is.
"""

from odoo import SUPERUSER_ID, api

CHANGED = (
    "mail_template_convocation",
    "mail_template_deadline_digest",
    "mail_template_employer_declares",
    "mail_template_renewal_client",
    "mail_template_renewal_trainee",
)


def migrate(cr, version):
    """Reset the untouched ones, translations included, as Odoo's own button does."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name in CHANGED:
        template = env.ref(f"passeport_prevention.{name}", raise_if_not_found=False)
        if template and template.write_date == template.create_date:
            template.reset_template()
