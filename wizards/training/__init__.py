from . import (
    passport_training_finder,
    training_code_import,
)
