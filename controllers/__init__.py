from . import (
    ground,
    declaration,
    request,
)
