from . import (
    declaration,
    request,
)
