"""Can this person be declared, why not, by when?

Owns what is said of an attendee before any declaration: the reasons (``passport.issue``, their
words as data), the state, what is still to be asked of whom, deadlines and their rules, alerts.
Uses the session, the training, the vault and the ground. What the rooms above know is asked for by
name: see ``FAULT_SOURCES``.
"""

from . import (
    event_event,
    event_registration,
    passport_alerts,
    passport_attendees,
    passport_catch_up,
    passport_code_obligation,
    passport_deadline_rule,
    passport_deadlines,
    passport_issue,
    passport_law,
    passport_law_rule,
    passport_needs,
    passport_people,
    passport_readiness,
    passport_refresh,
    passport_seats,
    passport_session_steps,
    passport_silence,
    passport_standing,
    passport_training_refresh,
    product_template,
    res_company,
    res_partner,
)
