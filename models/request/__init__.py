"""What is still to be asked, of whom, how?"""

from . import (
    event_event_form,
    event_registration_form,
    event_registration_form_staff,
    event_registration_portal,
    event_registration_portal_entry,
    event_registration_portal_sheet,
    event_registration_reminder,
    passport_form_attempt,
    passport_form_link,
    passport_form_link_answer,
    passport_form_link_texts,
    passport_form_request,
    passport_portal_upload,
    res_company_form,
    res_company_reminder,
    res_partner_portal,
    res_partner_reminder,
    sale_order_portal,
)
