"""From 19.0.1.0.0: people are found by the keys of their names, which stand on the contacts now.

Before the models are loaded: Odoo would compute them contact by contact, and date all of these anew.
"""

from odoo.addons.passeport_prevention.hooks import COLUMNS, fill_name_keys


def migrate(cr, version):
    """Note the keys of the people that are there."""
    if not version:
        return
    for name in ("passport_name_key", "passport_other_name_key"):
        kind = COLUMNS["res_partner"][name]
        cr.execute(f'ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS "{name}" {kind}')
    fill_name_keys(cr)
