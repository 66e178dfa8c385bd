from . import (
    passport_enrol,
    passport_renewal_write,
    passport_settings,
    passport_statement_print,
)
