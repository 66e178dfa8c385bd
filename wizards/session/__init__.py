from . import (
    base_import,
    passport_enrol_list,
    passport_settings,
)
