"""Events of the version before that are no trainings, at a body that holds trainings among others.

Run by ./dev test-update inside the environment, with the code of 19.0.1.0.0.
"""

import json
from datetime import timedelta

from odoo import Command, fields

CONFERENCES = 3
QUESTIONS = ("aims_prevention", "gives_proof", "is_transferable")


def run(env) -> str:
    """Make conferences with visitors and one training.

    :returns: the ids of all events that are no trainings, those of Odoo's own demo data too, and of
        their registrations
    """
    others = env["event.event"].search([("company_id", "=", env.ref("base.main_company").id)])
    company = env["res.company"].create(
        {"name": "Congrès & Formations", "country_id": env.ref("base.fr").id}
    )
    env.user.company_ids = [Command.link(company.id)]
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    seat = product(env, "Place de congrès")
    training = product(env, "Gestes et postures")
    training.write({f"passport_{question}": "yes" for question in QUESTIONS})
    held = [event(env, f"Congrès {number}", seat) for number in range(CONFERENCES)]
    # One with a choice of tickets, which the version before asked for a training.
    held.append(event(env, "Salon", seat, product(env, "Visite guidée")))
    visitors = [visitor(env, conference, number) for number, conference in enumerate(held)]
    visitor(env, event(env, "Gestes et postures, avril", training), len(held))
    env.cr.commit()
    events = others.union(*held)
    return json.dumps([events.ids, others.registration_ids.union(*visitors).ids])


def product(env, name: str):
    """A service that is sold as event tickets."""
    values = {"name": name, "type": "service", "service_tracking": "event"}
    return env["product.template"].create(values)


def event(env, name: str, *products):
    """An event to come whose tickets sell these."""
    begin = fields.Datetime.now() + timedelta(days=30)
    tickets = [
        Command.create({"name": sold.name, "product_id": sold.product_variant_id.id})
        for sold in products
    ]
    values = {"name": name, "date_begin": begin, "date_end": begin + timedelta(hours=7)}
    return env["event.event"].create({**values, "event_ticket_ids": tickets})


def visitor(env, conference, number: int):
    """Somebody who comes."""
    booker = env["res.partner"].create({"name": f"Client {number}", "is_company": True})
    return env["event.registration"].create(
        {
            "name": f"Visiteur Numéro{number}",
            "event_id": conference.id,
            "event_ticket_id": conference.event_ticket_ids[:1].id,
            "partner_id": booker.id,
        }
    )
