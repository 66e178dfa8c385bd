from . import (
    employer_entry,
    employer_sheet,
    employer_space,
    personal_form,
)
