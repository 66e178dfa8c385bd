from . import (
    attendee_form,
    portal,
    portal_sheet,
)
