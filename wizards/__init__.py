from . import (
    vault,
    training,
    session,
    readiness,
    declaration,
    request,
    document,
    renewal,
)
