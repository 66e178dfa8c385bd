from . import (
    vault,
    training,
    session,
    readiness,
    declaration,
    request,
    document,
    event_registration_renewal,
    passport_renewal_reminder,
    product_template_renewal,
    res_company_renewal,
    res_partner_renewal,
)
