"""What is printed?"""

from . import (
    event_event_documents,
    event_mail,
    event_registration_convocation,
    event_registration_documents,
    ir_actions_report,
    product_template_programme,
    res_company_documents,
    res_lang,
    res_partner_documents,
    sale_order_convention,
    sale_order_notice,
)
