"""Who took part, for whom, with which result?

Owns the sessions (``event.event``) and who takes part in them (``event.registration``: attendee,
employer, outcome, validity), the enrolment of lists (``passport.enrolment``), who an attendee is
(``passport.identity``), attendance and results (``passport.outcome``) and Odoo's import of
registrations. Uses ``vault``, ``training`` and what is below; upper rooms follow what happens to
sessions and registrations by the tuples of followers in ``event_event`` and ``event_registration``.
"""

from . import (
    event_event,
    event_registration,
    event_registration_answer,
    event_ticket,
    passport_client,
    passport_code_expiry,
    passport_confirmations,
    passport_employer_proposal,
    passport_employers,
    passport_enrolment,
    passport_enrolment_keep,
    passport_enrolment_match,
    passport_enrolment_words,
    passport_identity,
    passport_known_people,
    passport_levels,
    passport_list_layout,
    passport_namesakes,
    passport_neighbours,
    passport_order_seats,
    passport_outcome,
    passport_personal_data,
    passport_person_seats,
    passport_registration_import,
    passport_registration_values,
    passport_same_person,
    passport_seat_guard,
    passport_trainees,
    product_template,
    res_company,
    res_partner,
    sale_order,
    sale_order_line,
)
