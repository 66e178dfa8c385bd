"""From 19.0.1.0.0: what was known from the lines alone stands on the registration now.

Before the models are loaded: whatever is computed meanwhile reads it there already.
"""


def migrate(cr, version):
    """Tell each registration where its last line stands, withdrawn ones left aside."""
    if not version:
        return
    cr.execute(
        "ALTER TABLE event_registration ADD COLUMN IF NOT EXISTS passport_line_state varchar"
    )
    cr.execute(
        """
        UPDATE event_registration registration
           SET passport_line_state = replace(last.state, 'in_deposit', 'prepared')
          FROM (SELECT DISTINCT ON (registration_id) registration_id, state
                  FROM passport_declaration_line
                 WHERE state != 'withdrawn'
                 ORDER BY registration_id, id DESC) last
         WHERE last.registration_id = registration.id
        """
    )
