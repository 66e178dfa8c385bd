"""Who must come back, and when?

Owns what is valid until when and who is back already, the reminders that were sent, and the training
passport of a person on paper. May use ``declaration`` and what that stands on.
"""

from . import (
    event_registration,
    passport_record,
    passport_renewal_offer,
    passport_renewal_reminder,
    passport_renewal_letter,
    passport_renewals,
    product_template,
    res_company,
    res_partner,
)
