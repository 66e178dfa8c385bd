"""What is taught, under which codes, is it to declare?

Owns the official codes (``training.code``), the open data they come from, the official families, and
what they say of a training (``product.template``). Uses ``tools/`` and ``ground`` only. What upper
rooms know of a training is asked through ``passport_code_warning.WARNING_SOURCES``; they follow its
changes through ``product_template.WRITE_FOLLOWERS``.
"""

from . import (
    passport_code_warning,
    passport_training_check,
    product_template,
    training_code,
    training_code_list,
    training_code_source,
    training_family,
    training_family_filling,
    training_guess,
    training_reference,
)
