from . import (
    control_sheet,
    deposit,
    statement,
)
