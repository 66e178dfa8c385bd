"""Scheduled actions of the requests, as the services that run them are named now."""

from odoo import SUPERUSER_ID, api

ACTIONS = {
    "passeport_prevention.ir_cron_remind": ("passport.reminder", "model._cron_remind()"),
}


def migrate(cr, version):
    """Have the scheduled actions of existing databases call the services."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for xmlid, (model, code) in ACTIONS.items():
        if cron := env.ref(xmlid, raise_if_not_found=False):
            cron.write({"model_id": env["ir.model"]._get_id(model), "code": code})
