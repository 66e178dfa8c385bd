from . import passport_eligibility, passport_mend, passport_settings
