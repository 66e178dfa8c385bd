"""What a client statement tells: its rows, and all of it."""

from typing import NamedTuple

from odoo import models


class Row(NamedTuple):
    """One person in one training, as words and dates: nothing a reader could follow further."""

    person: str
    employer: str
    training: str
    start: object
    end: object
    document: str
    status: str
    reference: str = ""
    declared_on: object = None
    answered_on: object = None
    deadline: object = None
    valid_until: object = None
    columns: tuple = ()


class Statement(NamedTuple):
    """What a training body declared, or did not, of one client's people within a period."""

    client: models.Model
    company: models.Model
    date_from: object
    date_to: object
    sections: dict

    def is_empty(self):
        return not any(self.sections.values())
