"""From 19.0.1.0.0: what was known from the lines alone stands on the registration now."""


def migrate(cr, version):
    """Tell each registration where its last line stands, withdrawn ones left aside."""
    if not version:
        return
    cr.execute(
        """
        UPDATE event_registration registration
           SET passport_line_state = last.state
          FROM (SELECT DISTINCT ON (registration_id) registration_id, state
                  FROM passport_declaration_line
                 WHERE state != 'withdrawn'
                 ORDER BY registration_id, id DESC) last
         WHERE last.registration_id = registration.id
        """
    )
