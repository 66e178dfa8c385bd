from odoo import fields


class Trainers(fields.Many2many):
    """The trainers of sessions; most events of an Odoo have none, and nothing is read for these.

    The event's own row says whether there are any (``has_trainers``).
    """

    def read(self, records):
        flag = records._fields["has_trainers"]
        untold = records.env.records_to_compute(flag) | records.env.protected(flag)
        alone = (records - untold).filtered(lambda event: not event.has_trainers)
        self._insert_cache(alone, [()] * len(alone))
        others = records - alone
        return super().read(others) if others else None
