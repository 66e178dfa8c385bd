from . import (
    test_derived,
    test_life,
    test_roles,
    test_views,
    test_walk,
)

from .tools import (
    test_tools_attendee_sheet,
    test_tools_calendar,
    test_tools_cipher,
    test_tools_code_list,
    test_tools_control_sheet,
    test_tools_deadline,
    test_tools_eligibility,
    test_tools_form,
    test_tools_half_days,
    test_tools_list_laid_out,
    test_tools_list_reader,
    test_tools_log_filter,
    test_tools_nir,
    test_tools_nir_file,
    test_tools_nir_html,
    test_tools_nir_text,
    test_tools_open_data,
    test_tools_periods,
    test_tools_open_data_http,
    test_tools_authority_file,
    test_tools_authority_form,
    test_tools_authority_jdr,
    test_tools_authority_row,
    test_tools_authority_rules,
    test_tools_person_name,
    test_tools_return_file,
    test_tools_return_match,
    test_tools_return_reason,
    test_tools_return_status,
    test_tools_same_name,
    test_tools_siret,
    test_tools_table_file,
    test_tools_table_hostile,
    test_tools_text,
    test_tools_training_guess,
    test_tools_training_words,
)

from .ground import (
    test_typed_values,
)

from .vault import (
    test_import,
    test_intake,
    test_leaks,
    test_masking,
    test_nir,
    test_nir_access,
    test_nir_keys,
    test_nir_merge,
    test_nir_people,
    test_nir_purge,
    test_nir_refuse,
    test_nir_who,
    test_passport_settings,
    test_typed,
    test_typed_browser,
    test_vault_door,
)

from .training import (
    test_code_import,
    test_code_source,
    test_code_warnings,
    test_reference_data,
    test_training,
    test_training_family,
    test_training_finder,
    test_training_form,
)

from .session import (
    test_attendee,
    test_employer,
    test_enrol_list,
    test_enrolment,
    test_levels,
    test_namesakes,
    test_order_seats,
    test_outcome,
    test_registration_import,
    test_seat_guard,
    test_session_screens,
    test_trainings,
)

from .readiness import (
    test_bad_input,
    test_contracts,
    test_deadline,
    test_deadline_alerts,
    test_eligibility,
    test_passport_state,
    test_readiness,
    test_training_refresh,
)

from .declaration import (
    test_control_sheet,
    test_dashboard,
    test_declaration,
    test_declare,
    test_deposit,
    test_entry,
    test_entry_browser,
    test_golden_files,
    test_jdr,
    test_line_states,
    test_mail_texts,
    test_mixed_session,
    test_return,
    test_return_corrections,
    test_return_roles,
    test_statement,
    test_two_connections,
)

from .request import (
    test_attendee_form,
    test_form_abuse,
    test_form_browser,
    test_form_fuzz,
    test_form_leaks,
    test_form_link,
    test_letters,
    test_sending,
    test_link_attacks,
    test_form_reminder,
    test_form_staff,
    test_portal,
    test_portal_browser,
    test_portal_leaks,
    test_portal_limits,
    test_portal_queries,
    test_portal_routes,
    test_portal_sheet,
    test_portal_together,
)

from .document import (
    test_agreement,
    test_attestation,
    test_convocation,
    test_document_leaks,
    test_pdf,
    test_quote_browser,
    test_quote_notice,
)

from .renewal import (
    test_renewal,
    test_renewal_offer,
    test_renewal_reminder,
)

from .tooling import (
    test_house,
    test_update_differences,
)
