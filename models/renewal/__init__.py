"""Who must come back, and when?"""

from . import (
    event_registration_renewal,
    passport_renewal_reminder,
    product_template_renewal,
    res_company_renewal,
    res_partner_renewal,
)
