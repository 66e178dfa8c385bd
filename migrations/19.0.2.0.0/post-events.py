"""From 19.0.1.0.0: which events are trainings of ours, now that others are left in peace.

The version before gave each event the product of its tickets, whatever that was, and asked all others
for a training. By now a setting says whether all events of a training body are trainings, and products
that nobody described as trainings give their events none.
"""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)

# Four of five events were sessions of trainings, and more: then one without a training is one that was forgotten.
ARE_TRAININGS = """
    UPDATE res_company company
       SET passport_events_are_trainings = true
      FROM (SELECT event.company_id,
                   count(*) AS events,
                   count(*) FILTER (WHERE product.is_passport_training) AS trainings
              FROM event_event event
              LEFT JOIN product_template product ON product.id = event.training_id
             GROUP BY event.company_id) AS held
     WHERE held.company_id = company.id
       AND held.trainings * 5 >= held.events * 4
"""
# What the tickets gave, and would not give by now. What somebody chose stays, and so does what was
# declared.
GIVEN_BY_TICKETS = """
    UPDATE event_event event
       SET training_id = NULL
      FROM product_template product
     WHERE product.id = event.training_id
       AND product.is_passport_training IS NOT TRUE
       AND NOT EXISTS (SELECT FROM res_company company
                        WHERE company.id = event.company_id
                          AND company.passport_events_are_trainings)
       AND NOT EXISTS (SELECT FROM event_registration registration
                        WHERE registration.event_id = event.id
                          AND registration.passport_line_state IS NOT NULL)
       AND ARRAY[event.training_id] = (
               SELECT array_agg(DISTINCT variant.product_tmpl_id)
                 FROM event_event_ticket ticket
                 JOIN product_product variant ON variant.id = ticket.product_id
                WHERE ticket.event_id = event.id)
 RETURNING event.id
"""
OF_REGISTRATIONS = """
    UPDATE event_registration SET training_id = NULL WHERE event_id = ANY(%s) RETURNING id
"""
# Sessions that hold several trainings say that they have trainees.
HAVE_TRAINEES = """
    UPDATE event_event event
       SET has_trainees = true
     WHERE EXISTS (SELECT FROM event_registration registration
                    WHERE registration.event_id = event.id
                      AND registration.training_id IS NOT NULL
                      AND registration.training_id IS DISTINCT FROM event.training_id)
"""


def migrate(cr, version):
    """Say it for each training body, and leave its other events in peace."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env.flush_all()
    cr.execute(ARE_TRAININGS)
    cr.execute(GIVEN_BY_TICKETS)
    events = env["event.event"].browse(event_id for (event_id,) in cr.fetchall())
    cr.execute(OF_REGISTRATIONS, (events.ids,))
    seats = env["event.registration"].browse(seat_id for (seat_id,) in cr.fetchall())
    env.invalidate_all(flush=False)
    events.modified(["training_id"])
    seats.modified(["training_id"])
    env.flush_all()
    cr.execute(HAVE_TRAINEES)
    env.invalidate_all(flush=False)
    env.registry.clear_cache()
    _logger.info("Passeport de prévention: %s events are no trainings", len(events))
