"""From 19.0.1.0.0: readiness is told anew once all data of the addon are loaded.

What was computed while the addon was loading knew neither what issues say by now nor the law.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Compute the readiness of everybody whom no declaration holds."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    registrations = env["event.registration"].search(
        [("passport_line_state", "in", (False, "rejected"))]
    )
    # The settings that tell whether events are trainings were given after silence was found.
    env["passport.silence"]._lift(registrations)
    # As if something had changed that everything else follows from.
    registrations.modified(["active"])
    # Sessions before the first declared day have no deadline by now, whether anybody attends or not.
    env["event.event"].search([("training_id", "!=", False)]).modified(["is_subcontracted"])
    env.flush_all()
