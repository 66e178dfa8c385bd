from . import (
    vault,
    training,
    session,
    declaration,
    request,
    document,
    renewal,
)
