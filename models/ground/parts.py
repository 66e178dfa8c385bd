"""What many records need."""

from odoo.tools import split_every


def in_parts(records, mark, at_once):
    """Have ``mark`` say of records what is to be computed again.

    More than ``at_once`` are done some at a time, and now: each of those that change needs memory until it
    is written.
    """
    if len(records) <= at_once:
        mark(records)
        return
    for ids in split_every(at_once, records._ids):
        mark(records.browse(ids))
        records.env.flush_all()
        records.env.invalidate_all(flush=False)
