from . import (
    passport_convocation,
    passport_settings_documents,
)
