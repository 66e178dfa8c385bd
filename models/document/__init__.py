"""What is printed, and what does it say?

Owns the agreement of an order, the notice of quotations, convocations, attestations, completion
certificates and attendance sheets: the fields they print, and a service for each of them. What is
still to be asked of people, and the links where they give it, is asked of ``request``. May use
``request`` and what that stands on.
"""

from . import (
    event_event,
    event_mail,
    event_registration,
    ir_actions_report,
    mail_template,
    passport_agreement,
    passport_attendance_sheet,
    passport_attestation,
    passport_convocations,
    passport_notice,
    passport_wording,
    product_template,
    res_company,
    sale_order,
)
