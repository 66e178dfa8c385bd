from . import passport_eligibility, passport_settings
