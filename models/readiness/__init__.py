"""Can this person be declared, why not, by when?"""

from . import (
    event_event_alert,
    event_event_counts,
    event_event_deadline,
    event_registration_deadline,
    event_registration_messages,
    event_registration_readiness,
    passport_code_obligation,
    passport_deadline_rule,
    passport_issue,
    passport_refresh,
    product_template,
    res_company_deadline,
)
