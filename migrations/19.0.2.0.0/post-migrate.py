"""From 19.0.1.0.0: which values somebody typed stands on the records now."""

from odoo import SUPERUSER_ID, api

BATCH = 1000


def migrate(cr, version):
    """Fill what is new from what is there, without touching anything else."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for model in ("product.template", "event.event", "event.registration"):
        note_typed_values(env[model])


def note_typed_values(model):
    """Note which values differ from those proposed: somebody typed them, and they stay."""
    records = model.search([])
    for start in range(0, len(records), BATCH):
        batch = records[start : start + BATCH]
        typed = model.env["passport.typing"]._typed(batch, model._proposals)
        for names in set(typed.values()) - {""}:
            ids = [record.id for record, found in typed.items() if found == names]
            model.env.cr.execute(
                f"UPDATE {model._table} SET typed_fields = %s WHERE id = ANY(%s)", (names, ids)
            )
        model.env.invalidate_all()
