"""What is done once, before and after the addon is installed or removed.

Training bodies install it into an Odoo with years of events and contacts. Nothing of these may change
in anybody's eyes: the columns that the addon computes are made and filled in SQL, so that Odoo neither
computes them record by record nor tells each chatter of a first value.
"""

import logging
import re

from .tools.same_name import name_keys

_logger = logging.getLogger(__name__)

MODULE = "passeport_prevention"
NAMES_BATCH = 10_000
# Columns that Odoo would compute for each row that is there: {table: {column: its type}}.
COLUMNS = {
    "event_event": {
        "training_id": "int4",
        "trainer_qualification": "varchar",
        "has_trainers": "bool",
        "passport_is_pending": "bool",
        "passport_deadline": "date",
        "passport_obligation": "varchar",
    },
    "event_event_ticket": {
        "training_id": "int4",
    },
    "event_registration": {
        "training_id": "int4",
        "employer_id": "int4",
        "employer_is_declared": "bool",
        "outcome": "varchar",
        "validity_start_date": "date",
        "validity_end_date": "date",
        "passport_document": "varchar",
        "passport_state": "varchar",
        "passport_is_silent": "bool",
        "passport_is_pending": "bool",
        "passport_client_id": "int4",
        "passport_reference_date": "date",
        "passport_deadline": "date",
        "passport_obligation": "varchar",
        "renewal_client_id": "int4",
    },
    "sale_order": {
        "passport_client_id": "int4",
    },
    "res_partner": {
        "nir_state": "varchar",
        "nir_state_date": "timestamp",
        "nir_refusal_proof_id": "int4",
        "passport_name_key": "varchar",
        "passport_other_name_key": "varchar",
    },
    "product_template": {
        "passport_eligible": "bool",
        "passport_family_differs": "bool",
        "is_passport_training": "bool",
    },
}
# No product is a training yet, so no event is a session of one.
FILL = {
    "registrations": """
        UPDATE event_registration registration
           SET employer_id = CASE WHEN company.is_company THEN company.id END,
               employer_is_declared = true,
               passport_client_id = company.id,
               renewal_client_id = CASE WHEN company.is_company THEN company.id END,
               outcome = CASE WHEN registration.state = 'done' THEN 'attended' END,
               validity_start_date = (coalesce(slot.end_datetime, event.date_end)
                   AT TIME ZONE 'UTC' AT TIME ZONE coalesce(event.date_tz, 'Europe/Paris'))::date,
               passport_document = 'adf',
               passport_state = 'not_concerned',
               passport_is_silent = true,
               passport_is_pending = false
          FROM event_registration same
          JOIN event_event event ON event.id = same.event_id
          LEFT JOIN event_slot slot ON slot.id = same.event_slot_id
          LEFT JOIN res_partner booker ON booker.id = same.partner_id
          LEFT JOIN res_partner company ON company.id = booker.commercial_partner_id
         WHERE same.id = registration.id
    """,
    "orders": """
        UPDATE sale_order ordered
           SET passport_client_id = customer.commercial_partner_id
          FROM res_partner customer
         WHERE customer.id = ordered.partner_id
    """,
    "contacts": "UPDATE res_partner SET nir_state = 'missing'",
    "products": """
        UPDATE product_template
           SET passport_eligible = false,
               passport_family_differs = false,
               is_passport_training = false
    """,
}
# What keeps the people, sessions and users of the demo, and the reasons of rejections, from being
# deleted: these go with the addon before its tables do. What points to the first goes along.
HOLDING = (
    *("passport_declaration", "passport_deposit", "passport_nir"),
    *("passport_job", "passport_statement_sending", "passport_renewal_reminder"),
)
ISSUES = """
    CREATE TABLE event_registration_passport_issue_rel (
        registration_id integer NOT NULL,
        issue_id integer NOT NULL,
        PRIMARY KEY (registration_id, issue_id));
    CREATE INDEX ON event_registration_passport_issue_rel (issue_id, registration_id)
"""


def pre_init_hook(env):
    """Make and fill the columns of what is there, in a few statements."""
    for table, columns in COLUMNS.items():
        added = ", ".join(
            f'ADD COLUMN IF NOT EXISTS "{name}" {kind}' for name, kind in columns.items()
        )
        env.cr.execute(f"ALTER TABLE {table} {added}")
    for title, query in FILL.items():
        env.cr.execute(query)
        _logger.info("Passeport de prévention: %s: %s rows", title, env.cr.rowcount)
    env.cr.execute(ISSUES)
    fill_name_keys(env.cr)


def fill_name_keys(cr):
    """Note by which keys the people that are there are found, some thousands at a time."""
    last_id = 0
    while True:
        cr.execute(
            "SELECT id, name FROM res_partner WHERE id > %s AND is_company IS NOT TRUE "
            "AND name != '' ORDER BY id LIMIT %s",
            (last_id, NAMES_BATCH),
        )
        people = cr.fetchall()
        if not people:
            return
        last_id = people[-1][0]
        keys = [(*sorted(name_keys(name)), None, None)[:2] for _person_id, name in people]
        cr.execute(
            """
            UPDATE res_partner person
               SET passport_name_key = named.key, passport_other_name_key = named.other_key
              FROM unnest(%s, %s::varchar[], %s::varchar[]) AS named(id, key, other_key)
             WHERE person.id = named.id
            """,
            (
                [person_id for person_id, _name in people],
                [key for key, _other_key in keys],
                [other_key for _key, other_key in keys],
            ),
        )


def uninstall_hook(env):
    """Remove what the addon made at run time and Odoo does not know as its data.

    The key file stays: other databases of the server may use it.
    """
    codes = ["passport.declaration", "passport.deposit"]
    env["ir.sequence"].sudo().search([("code", "in", codes)]).unlink()
    proofs = env["res.partner"].sudo().with_context(active_test=False)
    proofs.search([("nir_refusal_proof_id", "!=", False)]).nir_refusal_proof_id.unlink()
    env["ir.config_parameter"].sudo().search([("key", "=like", f"{MODULE}.%")]).unlink()
    _forget_mails(env)
    _forget_activities(env)
    _forget_searches(env)
    _forget_rows(env)


def _forget_rows(env):
    """Remove the rows that hold others back; Odoo would note each as an error, and leave what they hold."""
    env.flush_all()
    for table in HOLDING:
        env.cr.execute(f'DELETE FROM "{table}"')
    env.invalidate_all()


def _forget_searches(env):
    """Remove favourites and lists to export that ask for what is gone: one opened by itself stops its list."""
    own = {
        name: {fname for fname, field in model._fields.items() if field._modules[:1] == (MODULE,)}
        for name, model in env.items()
    }
    made = {name for name, model in env.items() if model._original_module == MODULE}
    favourites = env["ir.filters"].sudo().with_context(active_test=False).search([])
    favourites.filtered(
        lambda one: (
            one.model_id in made
            or own.get(one.model_id, set())
            & set(re.findall(r"\w+", f"{one.domain} {one.context} {one.sort}"))
        )
    ).unlink()
    exports = env["ir.exports"].sudo().search([])
    exports.filtered(lambda one: one.resource in made).unlink()
    exports.exists().export_fields.filtered(
        lambda line: own.get(line.export_id.resource, set()) & set((line.name or "").split("/"))
    ).unlink()


def _forget_mails(env):
    """Remove the e-mails of the addon that still wait to be sent: their links lead nowhere by then."""
    waiting = [("mail_id.state", "in", ("outgoing", "exception"))]
    env["passport.letter"].sudo().search(waiting).mail_id.unlink()
    # What told of work in the background leads nowhere, either.
    env["mail.message"].sudo().search([("model", "=", "passport.job")]).unlink()


def _forget_activities(env):
    """Remove the activities of the addon's own types."""
    kinds = (
        env["ir.model.data"]
        .sudo()
        .search_fetch(
            [("module", "=", MODULE), ("model", "=", "mail.activity.type")],
            ["res_id"],
        )
    )
    activities = env["mail.activity"].sudo().with_context(active_test=False)
    activities.search([("activity_type_id", "in", kinds.mapped("res_id"))]).unlink()
