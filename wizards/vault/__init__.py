from . import (
    base_partner_merge,
    passport_nir_erase,
    passport_nir_refuse,
    passport_nir_reveal,
    passport_settings,
)
