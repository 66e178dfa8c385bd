"""What an updated database says of events that are no trainings: nothing; and what it knows of lines.

Run by ./dev test-update inside the environment, after the update.
"""

import json

SILENT = {"passport_state": "not_concerned", "passport_issues": False, "passport_is_pending": False}


def run(env, event_ids: list[int], visitor_ids: list[int]) -> str:
    """Return what is said all the same, in sentences."""
    events = env["event.event"].browse(event_ids)
    visitors = env["event.registration"].browse(visitor_ids)
    found = [*settings_told(env, events), *said_of(visitors), *numbers_unknown(env)]
    found += [f"{event.name}: asks for a training" for event in events if event.asks_training]
    visitors += made_now(events)
    found += said_of(visitors[len(visitor_ids) :])
    env.cr.rollback()
    return json.dumps(found, ensure_ascii=False)


def settings_told(env, events) -> list[str]:
    """Whether the events of a body are trainings is told by what it held."""
    mixed = events.company_id
    others = env["event.event"].search([("company_id", "not in", mixed.ids)]).company_id
    found = [
        f"{company.name}: its events are not told to be trainings"
        for company in others
        if not company.passport_events_are_trainings
    ]
    return found + [
        f"{company.name}: its events are told to be trainings"
        for company in mixed
        if company.passport_events_are_trainings
    ]


def numbers_unknown(env) -> list[str]:
    """Lines know the number of their person, and those that were sent with which one they were."""
    lines = (
        env["passport.declaration.line"].sudo().search([("partner_id.nir_state", "=", "provided")])
    )
    if not lines:
        raise AssertionError("no line of somebody with a number to look at")
    sent = lines.filtered(lambda line: line.state in ("deposited", "accepted"))
    return [
        f"{line.display_name}: the number is not known by its index"
        for line in lines
        if not line.number_index or (line in sent and not line.declared_index)
    ]


def said_of(visitors) -> list[str]:
    """What is said of visitors."""
    return [
        f"{visitor.name}: {fname} is {visitor[fname]!r}"
        for visitor in visitors
        for fname, silent in SILENT.items()
        if visitor[fname] != silent
    ]


def made_now(events):
    """A visitor more at each event: nobody gets a contact."""
    people = events.env["res.partner"].search_count([])
    values = [{"name": "Nouveau Venu", "event_id": event.id} for event in events]
    made = events.env["event.registration"].create(values)
    if events.env["res.partner"].search_count([]) != people:
        raise AssertionError("a visitor got a contact")
    return made
