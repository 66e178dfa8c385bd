"""From 19.0.1.0.0: lines know their slot before the database watches over it."""


def migrate(cr, version):
    """Copy the slot of each declaration to its lines."""
    if not version:
        return
    cr.execute("ALTER TABLE passport_declaration_line ADD COLUMN IF NOT EXISTS event_slot_id int4")
    cr.execute(
        """
        UPDATE passport_declaration_line line
           SET event_slot_id = declaration.event_slot_id
          FROM passport_declaration declaration
         WHERE declaration.id = line.declaration_id AND declaration.event_slot_id IS NOT NULL
        """
    )
