from . import (
    base_import,
    base_partner_merge,
    passport_convocation,
    passport_declare,
    passport_line_reject,
    passport_nir_erase,
    passport_nir_refuse,
    passport_nir_reveal,
    passport_settings,
    passport_settings_documents,
)
