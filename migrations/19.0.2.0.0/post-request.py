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
    _keep_what_was_sent(cr)


def _keep_what_was_sent(cr):
    """Leave on what was on by default: for companies that have sent it, since they first did."""
    for fields, table, moment in (
        (
            (
                "passport_send_requests_since",
                "passport_send_reminders_since",
                "passport_send_summaries_since",
            ),
            "event_registration",
            "passport_asked_on",
        ),
        # Reminders of renewals tell of trainings that ended years before.
        (("passport_send_renewals_since",), "passport_renewal_reminder", "DATE '2000-01-01'"),
    ):
        assignments = ", ".join(f"{field} = first.day" for field in fields)
        cr.execute(
            f"""
            UPDATE res_company company
               SET {assignments}, passport_sending_answered_on = now() AT TIME ZONE 'UTC'
              FROM (SELECT company_id, min({moment})::date AS day
                      FROM {table}
                     WHERE {moment} IS NOT NULL
                     GROUP BY company_id) first
             WHERE first.company_id = company.id
            """
        )
