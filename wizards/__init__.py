from . import (
    vault,
    training,
    session,
    declaration,
    passport_convocation,
    passport_settings_documents,
    passport_settings_form,
)
