"""Who took part, for whom, with which result?"""

from . import (
    event_event,
    event_event_codes,
    event_event_outcome,
    event_registration,
    event_registration_attendee,
    event_registration_outcome,
)
