"""What the tests against a running server find there: a training, a client, and who works on them."""

import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from .bench.data import SIRET, make_training
from .server import PASSWORD

STAFF = (
    "passeport_prevention.group_passport_manager",
    "event.group_event_manager",
    "sales_team.group_sale_manager",
    "base.group_partner_manager",
)


def make_user(env, login, groups, **values):
    """A user who can log in."""
    return env["res.users"].create(
        {
            "name": login,
            "login": login,
            "password": PASSWORD,
            "company_id": env.company.id,
            "company_ids": env.company.ids,
            "group_ids": [env.ref(group).id for group in groups],
            **values,
        }
    )


def make_session(env, training, days, **values):
    """A session with Odoo's own communications, as everybody gets them."""
    begin = datetime.now().replace(microsecond=0) + timedelta(days=days)
    return env["event.event"].create(
        {
            "name": f"Session à {days} jours",
            "date_begin": begin,
            "date_end": begin + timedelta(hours=8),
            "training_id": training.id,
            **values,
        }
    )


def make_order(env, partner, training, quantity):
    """A confirmed order of seats in a session to come."""
    product = training.product_variant_id
    session = make_session(env, training, 30)
    ticket = env["event.event.ticket"].create(
        {"event_id": session.id, "name": "Place", "product_id": product.id}
    )
    line = {
        "product_id": product.id,
        "event_id": session.id,
        "event_ticket_id": ticket.id,
        "product_uom_qty": quantity,
        "price_unit": 100,
    }
    order = env["sale.order"].create({"partner_id": partner.id, "order_line": [(0, 0, line)]})
    order.action_confirm()
    # Ordered since: a seat whose registration is made when it is named.
    order.order_line.product_uom_qty += 1
    return order


def run(env) -> str:
    """Make it all; the numbers of the records, as JSON."""
    from odoo.addons.passeport_prevention.models.request.passport_form_link import address_of

    env.company.write({"company_registry": SIRET, "email": "of@serveur.example"})
    training = make_training(env)
    client = env["res.partner"].create(
        {"name": "Client du serveur", "is_company": True, "company_registry": SIRET}
    )
    contact = env["res.partner"].create(
        {"name": "Maud Le Bris", "parent_id": client.id, "email": "maud@serveur.example"}
    )
    make_user(env, "server_staff", STAFF)
    make_user(env, "server_hr", ("base.group_portal",), partner_id=contact.id)
    order = make_order(env, contact, training, 2)
    asked = env["event.registration"].create(
        {
            "event_id": make_session(env, training, 10).id,
            "partner_id": client.id,
            "name": "Inès Kerjean",
            "email": "ines@serveur.example",
        }
    )
    link = env["passport.personal.form"]._links(asked)
    return json.dumps(
        {
            "password": PASSWORD,
            "training": training.id,
            "client": client.id,
            "order": order.id,
            "asked": asked.id,
            "link": urlsplit(address_of(link)).path,
        }
    )
