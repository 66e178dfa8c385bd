from . import (
    base_partner_merge,
    mail_activity_schedule,
    mail_compose_message,
    passport_nir_erase,
    passport_nir_refuse,
    passport_nir_reveal,
    passport_settings,
)
