from . import (
    enrol_list,
)
