from . import (
    passport_eligibility,
    training_code_import,
)
