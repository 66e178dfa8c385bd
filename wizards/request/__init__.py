from . import (
    passport_ask,
    passport_settings_form,
)
