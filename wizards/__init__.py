from . import (
    ground,
    vault,
    training,
    session,
    readiness,
    declaration,
    request,
    document,
    renewal,
)
