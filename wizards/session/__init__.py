from . import (
    base_import,
    passport_enrol_list,
    passport_enrol_list_rows,
    passport_same_people,
    passport_settings,
)
