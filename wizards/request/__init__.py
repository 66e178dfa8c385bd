from . import (
    passport_settings_form,
)
