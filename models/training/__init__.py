"""What is taught, under which codes, is it to declare?"""

from . import (
    product_template,
    product_template_eligibility,
    product_template_family,
    product_template_warnings,
    training_code,
    training_code_list,
    training_code_source,
    training_family,
    training_reference,
)
