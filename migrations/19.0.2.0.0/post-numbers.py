"""From 19.0.1.0.0: lines know the number they were declared with, by its index in the vault."""

# Of two contacts with one number the first keeps it: a number is declared once in a session.
NUMBERS = """
    UPDATE passport_declaration_line line
       SET number_index = held.blind_index,
           declared_index = CASE WHEN held.is_as_declared THEN held.blind_index END
      FROM (SELECT line.id, vault.blind_index,
                   line.state IN ('deposited', 'accepted')
                       AND vault.collected_on <= line.deposited_on AS is_as_declared,
                   row_number() OVER (
                       PARTITION BY vault.blind_index, line.event_id, line.event_slot_id,
                                    line.training_id, line.is_live
                       ORDER BY line.id) AS place
              FROM passport_declaration_line line
              JOIN passport_nir vault ON vault.partner_id = line.partner_id) held
     WHERE held.id = line.id
       AND line.number_index IS NULL
       AND (held.place = 1 OR NOT line.is_live)
"""


def migrate(cr, version):
    """Copy the index of each declared person's number to the lines."""
    if version:
        cr.execute(NUMBERS)
