from . import (
    passport_enrol,
    passport_settings,
)
