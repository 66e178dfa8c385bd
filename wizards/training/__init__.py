from . import (
    training_code_import,
)
