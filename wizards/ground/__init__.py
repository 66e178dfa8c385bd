from . import (
    passport_sending_step,
)
