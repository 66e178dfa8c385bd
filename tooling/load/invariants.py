"""What must hold in the database whatever was done at once: each query finds breaches, so no row."""

INVARIANTS = {
    "two live lines of one registration": """
        SELECT registration_id FROM passport_declaration_line
         WHERE state IN ('prepared', 'in_deposit', 'deposited', 'accepted')
         GROUP BY registration_id HAVING count(*) > 1
    """,
    "two live lines of one person in one session": """
        SELECT partner_id, event_id, training_id FROM passport_declaration_line
         WHERE state IN ('prepared', 'in_deposit', 'deposited', 'accepted')
         GROUP BY partner_id, event_id, training_id HAVING count(*) > 1
    """,
    # Whether a declaration is in a deposit that was not sent yet is not told to registrations.
    "a registration that says another state than its last line": """
        SELECT reg.id FROM event_registration reg
          LEFT JOIN LATERAL (
               SELECT state FROM passport_declaration_line line
                WHERE line.registration_id = reg.id AND line.state != 'withdrawn'
                ORDER BY id DESC LIMIT 1) last ON true
         WHERE reg.passport_line_state
               IS DISTINCT FROM replace(last.state, 'in_deposit', 'prepared')
    """,
    "a live line of somebody who is not in progress or declared": """
        SELECT reg.id FROM event_registration reg
          JOIN passport_declaration_line line ON line.registration_id = reg.id
         WHERE line.state IN ('prepared', 'in_deposit', 'deposited', 'accepted')
           AND reg.passport_state NOT IN ('in_progress', 'declared')
    """,
    "a declaration that counts wrong": """
        SELECT declaration.id FROM passport_declaration declaration
          JOIN passport_declaration_line line ON line.declaration_id = declaration.id
         GROUP BY declaration.id
        HAVING declaration.line_count != coalesce(
               nullif(count(*) FILTER (WHERE line.state != 'withdrawn'), 0), count(*))
            OR declaration.accepted_count != count(*) FILTER (WHERE line.state = 'accepted')
    """,
    "a line in a deposit that its declaration is not in": """
        SELECT line.id FROM passport_declaration_line line
          JOIN passport_declaration declaration ON declaration.id = line.declaration_id
         WHERE line.deposit_id IS DISTINCT FROM declaration.deposit_id
    """,
    "a file whose lines are not those that were counted": """
        SELECT deposit.id FROM passport_deposit deposit
          LEFT JOIN passport_declaration_line line
                 ON line.deposit_id = deposit.id AND line.file_position > 0
         WHERE deposit.state IN ('generated', 'deposited', 'done')
         GROUP BY deposit.id HAVING deposit.file_line_count != count(line.id)
    """,
    "a line of a file without its sealed number": """
        SELECT line.id FROM passport_declaration_line line
          JOIN passport_deposit deposit ON deposit.id = line.deposit_id
          LEFT JOIN passport_nir_seal seal ON seal.line_id = line.id
         WHERE deposit.state IN ('generated', 'deposited') AND line.file_position > 0
           AND seal.id IS NULL
    """,
    "one number for two declarations": """
        SELECT name, company_id FROM passport_declaration
         GROUP BY name, company_id HAVING count(*) > 1
    """,
}


def breaches(sql, database: str) -> list[str]:
    """What does not hold.

    :param sql: a function of a query and a database that returns its rows as text, one a line
    """
    found = []
    for title, query in INVARIANTS.items():
        if rows := sql(query, database):
            found.append(f"{title}: {', '.join(rows.splitlines()[:10])}")
    return found
