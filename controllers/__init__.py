from . import attendee_form, deposit
