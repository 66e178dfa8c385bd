"""Databases of before go on asking for the training of each event: that was the only way."""


def migrate(cr, version):
    """Note that the events of each training body are trainings; a setting says so by now."""
    cr.execute("UPDATE res_company SET passport_events_are_trainings = true")
