from . import (
    declaration,
    attendee_form,
    portal,
    portal_sheet,
)
