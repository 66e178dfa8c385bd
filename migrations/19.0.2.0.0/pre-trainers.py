"""From 19.0.1.0.0: sessions say in their own row whether they have trainers, before any are read."""


def migrate(cr, version):
    """Say it of those that are there."""
    if not version:
        return
    cr.execute("ALTER TABLE event_event ADD COLUMN IF NOT EXISTS has_trainers bool")
    cr.execute(
        """
        UPDATE event_event event
           SET has_trainers = EXISTS (
                   SELECT FROM event_event_trainer_rel trainer WHERE trainer.event_id = event.id)
        """
    )
