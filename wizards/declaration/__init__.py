from . import (
    passport_reject_dialog,
    passport_declare,
    passport_deposit_reject,
    passport_line_reject,
    passport_line_withdraw,
    passport_return,
    passport_return_line,
    passport_return_plan,
    passport_settings,
    passport_statement_print,
)
