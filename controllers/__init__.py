from . import (
    attendee_form,
    control_sheet,
    deposit,
    portal,
    portal_sheet,
)
