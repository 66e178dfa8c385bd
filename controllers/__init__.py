from . import control_sheet, deposit
from . import attendee_form, deposit
