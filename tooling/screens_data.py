"""What the pictures show besides the demo data, and what their addresses name."""

import json

from .main_job import ADDON, as_declarant, begin

# Whom the personal form is shown for: neither the number nor the birth name is known.
ASKED = "registration_caces_r489_3_juin_06"


def run(env) -> str:
    """Declare what is under way, open a personal link; JSON: what the addresses of screens name."""
    from odoo.addons.passeport_prevention.models.request.passport_form_link import address_of

    env = as_declarant(env)
    begin(env)
    link = env["passport.personal.form"].sudo()._links(env.ref(f"{ADDON}.{ASKED}").sudo())
    records = env["ir.model.data"].sudo().search([("module", "=", ADDON), ("res_id", "!=", 0)])
    names = {record.name: str(record.res_id) for record in records}
    typed = env["passport.declaration"].search([("channel", "=", "form")], limit=1)
    names["form_declaration"] = str(typed.id)
    names["personal_form"] = address_of(link).partition("/passeport/f/")[2]
    return json.dumps(names)
