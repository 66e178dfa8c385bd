from . import (
    passport_declare,
    passport_nir_erase,
    passport_nir_refuse,
    passport_nir_reveal,
    passport_settings,
)
