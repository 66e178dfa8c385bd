from . import (
    base_import,
    base_partner_merge,
    passport_declare,
    passport_eligibility,
    passport_enrol,
    passport_line_reject,
    passport_nir_erase,
    passport_nir_refuse,
    passport_nir_reveal,
    passport_settings,
)
