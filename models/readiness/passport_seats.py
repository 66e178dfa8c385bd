from collections import Counter
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL, groupby

from ...tools.readiness import Fault
from ..ground.columns import id_array

# What the statements below read, and so has to be in the database first.
READ_FIELDS = {
    "event.registration": [
        "active",
        "attendee_partner_id",
        "event_id",
        "event_slot_id",
        "outcome",
        "state",
        "training_id",
    ],
    "event.event": ["date_begin", "date_end", "kanban_state"],
    "passport.nir": ["blind_index", "check_codes", "partner_id"],
}


class Seat(NamedTuple):
    """One seat of somebody who has several for the same training, or slot."""

    id: int
    slot_id: int | None
    event_id: int
    begin: datetime
    end: datetime


class PassportSeats(models.AbstractModel):
    """Who sits twice? A person is a contact, and whoever has the same NIR.

    Several trainings of one session are no double seat: people obtain several certificates in one
    room. Cancelled, archived and absent ones take no seat, nor does anybody in a session that is
    cancelled; a wrong number joins nobody.
    """

    _name = "passport.seats"
    _description = "Seats Taken Twice"

    @api.model
    def _found(self, ids):
        """Return who else the people of these registrations are, and where else they sit.

        :param ids: ids of registrations
        :returns: ``{person id: id of a contact with the same NIR}`` and ``{registration id: Fault}``
            of those with another seat: in the same session, or on the same days in another one
        """
        for model, fnames in READ_FIELDS.items():
            self.env[model].flush_model(fnames)
        people = self._people(ids)
        twins, keys = self._twins(people)
        wanted, told = set(ids), {}
        for _place, seats in groupby(self._shared_seats(people, keys), itemgetter(0)):
            for own_id, fault in self._told([Seat(*seat) for _place, *seat in seats]):
                if own_id in wanted:
                    told[own_id] = fault
        return twins, told

    @api.model
    def _people(self, ids):
        """Return the ids of the people of these registrations.

        Given back to the database as a list, they let it plan well where it knows its tables badly.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT attendee_partner_id FROM event_registration WHERE id = ANY(%s)",
                id_array(ids),
            )
        )
        return [person_id for (person_id,) in rows if person_id]

    @api.model
    def _twins(self, people):
        """Return the contacts with the same NIR as these people.

        :returns: ``{person id: smallest id of such a contact}``, and for people with a right number
            that several have ``{person id: key of the person they all are}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT own.partner_id, own.check_codes, twin.partner_id, twin.check_codes
                  FROM passport_nir own
                  JOIN passport_nir twin ON twin.blind_index = own.blind_index
                   AND twin.partner_id != own.partner_id
                 WHERE own.partner_id = ANY(%s)
                 ORDER BY own.partner_id, twin.partner_id
                """,
                id_array(people),
            )
        )
        twins, keys = {}, {}
        for person_id, own_codes, twin_id, twin_codes in rows:
            twins.setdefault(person_id, twin_id)
            if "nir_invalid" not in (own_codes or "") and "nir_invalid" not in (twin_codes or ""):
                key = keys.setdefault(person_id, min(person_id, twin_id))
                keys.setdefault(twin_id, key)
        return twins, keys

    @api.model
    def _shared_seats(self, people, keys):
        """Return the seats of those of these people with several for one training, or slot.

        :param people: ids of contacts
        :param keys: ``{person id: key}`` of those who are several contacts
        :returns: ``[(number of the person, *Seat)]``
        """
        return self.env.execute_query(
            SQL(
                """
                WITH taken AS (
                    SELECT row_number() OVER () AS place, array_agg(reg.id) AS ids
                      FROM event_registration reg
                 LEFT JOIN unnest(%(twins)s, %(keys)s) AS twin(person_id, key)
                        ON twin.person_id = reg.attendee_partner_id
                     WHERE reg.attendee_partner_id = ANY(%(people)s)
                       AND reg.active
                       AND reg.training_id IS NOT NULL
                       AND reg.state != 'cancel'
                       AND reg.outcome IS DISTINCT FROM 'absent'
                     GROUP BY COALESCE(twin.key, reg.attendee_partner_id), reg.training_id,
                              reg.event_slot_id
                    HAVING count(*) > 1
                )
                SELECT taken.place, reg.id, reg.event_slot_id, event.id, event.date_begin,
                       event.date_end
                  FROM taken
                 CROSS JOIN unnest(taken.ids) AS seat(id)
                  JOIN event_registration reg ON reg.id = seat.id
                  JOIN event_event event ON event.id = reg.event_id
                 WHERE event.kanban_state IS DISTINCT FROM 'cancel' OR reg.state = 'done'
                """,
                people=id_array({*people, *keys}),
                twins=id_array(keys),
                keys=id_array(keys.values()),
            )
        )

    @api.model
    def _told(self, seats):
        """Yield ``(registration id, Fault)`` of those of one person's seats that collide."""
        in_session = Counter(seat.event_id for seat in seats)
        on_days = {}
        for seat in seats:
            on_days.setdefault((seat.begin, seat.end), set()).add(seat.event_id)
        for seat in seats:
            others = on_days[seat.begin, seat.end] - {seat.event_id}
            if in_session[seat.event_id] > 1:
                yield seat.id, Fault("duplicate_attendee", "registration")
            elif others and not seat.slot_id:
                params = {"session": min(others)}
                yield seat.id, Fault("duplicate_session", "registration", params)
