"""What is still to be asked, of whom, how?

Owns the request of data (by e-mail, at once or again by reminders), the personal form with its links,
and the employer's space. Uses the rooms ``readiness``, ``session``, ``training``, ``vault``, ``ground``
and ``tools/``; the room ``document`` uses this one.
"""

from . import (
    event_event,
    event_registration,
    mail_mail,
    mail_template,
    mail_thread,
    passport_employer_entry,
    passport_employer_establishment,
    passport_employer_sheet,
    passport_employer_space,
    passport_form_attempt,
    passport_form_link,
    passport_form_request,
    passport_letter,
    passport_personal_form,
    passport_personal_form_answer,
    passport_personal_form_texts,
    passport_portal_upload,
    passport_reminder,
    passport_request,
    res_company,
    res_partner,
    sale_order,
)
