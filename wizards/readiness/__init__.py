from . import passport_eligibility
