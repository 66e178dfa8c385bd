"""From 19.0.1.0.0: views stand in other files, and extend others than before.

While the new ones are loaded one after the other, an old one that is still there extends a view that
has changed already, and finds no place in it. They are made anew from the addon's files.
"""


def migrate(cr, version):
    """Remove the addon's views that extend others, those that nobody extends first."""
    if not version:
        return
    removed = True
    while removed:
        cr.execute(
            """
            DELETE FROM ir_ui_view view
             USING ir_model_data data
             WHERE data.module = 'passeport_prevention'
               AND data.model = 'ir.ui.view'
               AND data.res_id = view.id
               AND view.inherit_id IS NOT NULL
               AND view.mode = 'extension'
               AND NOT EXISTS (SELECT FROM ir_ui_view child WHERE child.inherit_id = view.id)
            """
        )
        removed = cr.rowcount
    cr.execute(
        """
        DELETE FROM ir_model_data data
         WHERE data.module = 'passeport_prevention'
           AND data.model = 'ir.ui.view'
           AND NOT EXISTS (SELECT FROM ir_ui_view view WHERE view.id = data.res_id)
        """
    )
