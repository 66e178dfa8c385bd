from . import control_sheet, deposit
from . import attendee_form, deposit
from . import deposit, portal, portal_sheet
