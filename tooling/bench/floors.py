"""The SQL that any solution needs for a step, whatever else it does: what work is compared with."""

READ_ALL = [
    """
    SELECT reg.id, reg.state, reg.active, reg.outcome, reg.without_employer, reg.employer_reference,
           reg.validity_start_date, reg.validity_end_date, reg.passport_document,
           reg.passport_line_state, event.date_begin, event.date_end, event.date_tz,
           event.is_subcontracted, person.birth_name, person.nir_state, vault.check_codes,
           vault.key_id, employer.company_registry, training.passport_eligible
      FROM event_registration reg
      JOIN event_event event ON event.id = reg.event_id
      JOIN product_template training ON training.id = reg.training_id
      LEFT JOIN res_partner person ON person.id = reg.attendee_partner_id
      LEFT JOIN passport_nir vault ON vault.partner_id = person.id
      LEFT JOIN res_partner employer ON employer.id = reg.employer_id
     WHERE reg.id = ANY(%(registrations)s)
    """
]
PREPARE = [
    """
    INSERT INTO passport_declaration
           (name, reference, company_id, event_id, training_id, document, channel, state)
    SELECT 'floor-' || event_id, 'floor', %(company)s, event_id, min(training_id), 'adf', 'file',
           'prepared'
      FROM event_registration WHERE id = ANY(%(registrations)s) GROUP BY event_id
    """,
    """
    INSERT INTO passport_declaration_line
           (declaration_id, company_id, event_id, training_id, registration_id, partner_id,
            employer_id, unique_id, birth_name, siret, has_employer, state, is_live, document,
            channel, validity_start_date, validity_end_date)
    SELECT declaration.id, %(company)s, reg.event_id, reg.training_id, reg.id,
           reg.attendee_partner_id, reg.employer_id, gen_random_uuid(), person.birth_name,
           employer.company_registry, true, 'prepared', true, 'adf', 'file',
           reg.validity_start_date, reg.validity_end_date
      FROM event_registration reg
      JOIN passport_declaration declaration ON declaration.name = 'floor-' || reg.event_id
      JOIN res_partner person ON person.id = reg.attendee_partner_id
      JOIN res_partner employer ON employer.id = reg.employer_id
     WHERE reg.id = ANY(%(registrations)s)
    """,
    """
    UPDATE event_registration
       SET passport_state = 'in_progress', passport_line_state = 'prepared'
     WHERE id = ANY(%(registrations)s)
    """,
    """
    DELETE FROM event_registration_passport_issue_rel
     WHERE registration_id = ANY(%(registrations)s)
    """,
]
FILE = [
    """
    SELECT line.*, declaration.*, vault.envelope
      FROM passport_declaration_line line
      JOIN passport_declaration declaration ON declaration.id = line.declaration_id
      JOIN passport_nir vault ON vault.partner_id = line.partner_id
     WHERE line.deposit_id = %(deposit)s
     ORDER BY line.declaration_id, line.id
    """,
    """
    INSERT INTO passport_nir_access
           (user_id, partner_id, partner_name, company_id, action, reason, create_date)
    SELECT %(user)s, line.partner_id, person.name, line.company_id, 'export', 'floor', now()
      FROM passport_declaration_line line
      JOIN res_partner person ON person.id = line.partner_id
     WHERE line.deposit_id = %(deposit)s
    """,
]
MARK = [
    """
    UPDATE passport_declaration_line
       SET state = 'deposited', deposited_on = now(), deposited_by_id = %(user)s
     WHERE deposit_id = %(deposit)s
    """,
    """
    UPDATE event_registration reg SET passport_line_state = 'deposited', passport_is_pending = false
      FROM passport_declaration_line line
     WHERE line.registration_id = reg.id AND line.deposit_id = %(deposit)s
    """,
]
ANSWER = [
    """
    UPDATE passport_declaration_line
       SET state = 'accepted', answered_on = now(), answered_by_id = %(user)s
     WHERE deposit_id = %(deposit)s
    """,
    """
    UPDATE event_registration reg SET passport_line_state = 'accepted', passport_state = 'declared'
      FROM passport_declaration_line line
     WHERE line.registration_id = reg.id AND line.deposit_id = %(deposit)s
    """,
]
