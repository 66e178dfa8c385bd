from . import (
    base_import,
    base_partner_merge,
    passport_declare,
    passport_deposit_reject,
    passport_line_reject,
    passport_nir_erase,
    passport_nir_refuse,
    passport_nir_reveal,
    passport_return,
    passport_return_line,
    passport_return_plan,
    passport_settings,
)
