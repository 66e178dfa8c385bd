from . import (
    ground,
    session,
    declaration,
    request,
    renewal,
)
