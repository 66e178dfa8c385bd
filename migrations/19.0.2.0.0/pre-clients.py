"""From 19.0.1.0.0: who booked and ordered is noted, whatever company the contact moves to later.

Before the models are loaded: Odoo would compute it order by order.
"""

from odoo.addons.passeport_prevention.hooks import FILL


def migrate(cr, version):
    """Note it of what is there, as far as it is known: by the company that the contact has today."""
    if not version:
        return
    for table in ("event_registration", "sale_order"):
        cr.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS passport_client_id int4")
    cr.execute(
        """
        UPDATE event_registration registration
           SET passport_client_id = booker.commercial_partner_id
          FROM res_partner booker
         WHERE booker.id = registration.partner_id
        """
    )
    cr.execute(FILL["orders"])
