"""How upper rooms follow what happens to a record of a lower one, which does not know them.

The model whose ``create``, ``write`` or ``unlink`` is followed keeps a tuple of :class:`Follower`:
named, so that a reader sees who comes next, and ordered, so that nothing depends on the order in
which files are imported. A follower is a service (an AbstractModel); it is given the records and
the values, and never overrides the method it follows.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from typing import NamedTuple


class Follower(NamedTuple):
    """One service to call.

    ``before`` names a method ``(records, values) → memo``, called before the change; ``after`` one
    ``(records, values, memo)``, called once it is done, with what ``before`` returned. Either may be
    left out.
    """

    service: str
    before: str | None = None
    after: str | None = None


@contextmanager
def following(followers: Iterable[Follower], records, values):
    """Call the followers around a change of ``records`` (none of them if it raises).

    :param values: the values that are written, the list of values that is created from, or ``None``
        for a deletion
    :yields: a list; a creation puts the new records into it, as its only element
    """
    env = records.env
    memos = [
        getattr(env[follower.service], follower.before)(records, values)
        if follower.before
        else None
        for follower in followers
    ]
    made: list = []
    yield made
    changed = made[0] if made else records
    for follower, memo in zip(followers, memos, strict=True):
        if follower.after:
            getattr(env[follower.service], follower.after)(changed, values, memo)
