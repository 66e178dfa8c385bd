from . import (
    vault,
    training,
    session,
    declaration,
    request,
    passport_convocation,
    passport_settings_documents,
)
