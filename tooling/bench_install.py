"""An Odoo that lives: contacts, products, events and registrations of years, made in SQL.

Run by ./dev bench --install in a database without the addon, before it is installed there.
"""

import json

from .bench.data import clone, settle

CONTACTS = 50_000
DIRTY = 5_000
EVENTS = 2_000
REGISTRATIONS = 30_400
PRODUCTS = 200
# Notes on what was there before: the addon's own jobs and sources say that they were created.
OF_OTHERS = [
    ("model", "not in", ("ir.actions.server", "ir.cron")),
    ("model", "not =like", "training.%"),
    ("model", "not =like", "passport.%"),
]


def run(env) -> str:
    """Make the data; how many notes and mails there are, as JSON."""
    partner = env["res.partner"].create({"name": "Contact", "email": "contact@example.com"})
    company = env["res.partner"].create({"name": "Entreprise", "is_company": True})
    number = "series.n::text"
    clone(env, "res_partner", partner.id, CONTACTS - DIRTY, name=f"'Contact ' || {number}")
    clone(
        env,
        "res_partner",
        company.id,
        DIRTY,
        name=f"'Entreprise ' || {number}",
        company_registry=f"'FR ' || {number}",
    )
    products = make_products(env)
    events = make_events(env, products)
    make_registrations(env, events, company)
    settle(env)
    return json.dumps(counts(env))


def make_products(env):
    """Services, some of them sold as tickets."""
    return env["product.product"].create(
        [
            {"name": f"Prestation {n}", "type": "service", "service_tracking": "event"}
            for n in range(PRODUCTS)
        ]
    )


def make_events(env, products):
    """Events, half of them with a ticket."""
    event = env["event.event"].create(
        {
            "name": "Événement",
            "date_begin": "2026-03-02 08:00:00",
            "date_end": "2026-03-03 16:00:00",
            "event_mail_ids": False,
        }
    )
    ticket = env["event.event.ticket"].create(
        {"name": "Place", "event_id": event.id, "product_id": products[0].id}
    )
    ids = clone(
        env,
        "event_event",
        event.id,
        EVENTS,
        name="jsonb_build_object('en_US', 'Événement ' || series.n)",
    )
    half = ids[: len(ids) // 2]
    clone(
        env,
        "event_event_ticket",
        ticket.id,
        len(half),
        event_id=f"(ARRAY{half})[series.n + 1]",
        product_id=f"(ARRAY{products.ids})[series.n % {len(products)} + 1]",
    )
    return ids


def make_registrations(env, event_ids, company):
    """Registrations that were attended."""
    first = env["event.registration"].create(
        {"event_id": event_ids[0], "partner_id": company.id, "name": "Participant", "state": "done"}
    )
    clone(
        env,
        "event_registration",
        first.id,
        REGISTRATIONS,
        name="'Participant ' || series.n",
        event_id=f"(ARRAY{event_ids})[series.n % {len(event_ids)} + 1]",
        barcode="'bench-' || series.n",
    )


def counts(env) -> dict:
    """What an installation must leave as it is; the addon's own actions and jobs have notes too."""
    return {
        model: env[model].sudo().with_context(active_test=False).search_count(domain)
        for model, domain in {
            "mail.message": OF_OTHERS,
            "mail.tracking.value": [],
            "mail.mail": [],
            "mail.activity": [],
            "res.partner": [],
        }.items()
    }
