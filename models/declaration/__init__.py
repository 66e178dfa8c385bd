"""What was told to the authority, what did it answer?

Owns declarations and their lines, deposits and their file, the assisted entry, answers, corrections,
the control sheet, client statements, the dashboard and the weekly digest. Uses ``readiness`` and what
lies below. Lower rooms call it by names of services only: ``passport.corrections``, ``passport.declaration.faults``.
"""

from . import (
    event_event,
    event_registration,
    passport_answer,
    passport_assisted_entry,
    passport_control_sheet,
    passport_corrections,
    passport_dashboard,
    passport_declaration,
    passport_declaration_faults,
    passport_declaration_line,
    passport_declared,
    passport_declared_people,
    passport_deposit,
    passport_deposit_gate,
    passport_difference,
    passport_digest,
    passport_ended,
    passport_file,
    passport_file_check,
    passport_file_rows,
    passport_frozen,
    passport_nir_seal,
    passport_numbering,
    passport_outdated,
    passport_preparation,
    passport_reject_reason,
    passport_rejection,
    passport_statement,
    passport_statement_file,
    passport_statement_sending,
    passport_transition,
    passport_work,
    res_company,
    res_partner,
    sale_order,
)
