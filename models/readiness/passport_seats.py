from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# What the statement below reads, and so has to be in the database first.
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
    "event.event": ["date_begin", "date_end"],
    "passport.nir": ["blind_index", "check_codes", "partner_id"],
}


class Seat(NamedTuple):
    """What else the person of a registration attends.

    ``is_double``: this session (or its slot) once more, for the same training; ``other_id``: the id
    of another session of the same training on the same days, or ``None``.
    """

    is_double: bool
    other_id: int | None


class PassportSeats(models.AbstractModel):
    """Who sits twice? A person is a contact, and whoever has the same NIR.

    Several trainings of one session are no double seat: people obtain several certificates in one
    room. Cancelled, archived and absent ones take no seat.
    """

    _name = "passport.seats"
    _description = "Seats Taken Twice"

    @api.model
    def _of(self, registrations):
        """Return ``{registration id: Seat}`` of those of these registrations with another seat."""
        people = registrations.attendee_partner_id
        if not people:
            return {}
        self._flush()
        shared = self.env["passport.nir.lookup"]._shared(people.ids)
        ids = {*people.ids, *(other for others in shared.values() for other in others)}
        rows = self.env.execute_query(self._statement(list(ids), registrations.ids))
        return {found_id: Seat(*seat) for found_id, *seat in rows}

    @api.model
    def _others(self, registrations):
        """Return other registrations of the same people for the same trainings of these sessions."""
        if not registrations:
            return registrations
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """
                WITH own AS (
                    SELECT event_id, training_id, attendee_partner_id
                      FROM event_registration
                     WHERE id = ANY(%(ids)s) AND attendee_partner_id IS NOT NULL
                ), person AS (
                    SELECT event_id, training_id, attendee_partner_id FROM own
                     UNION
                    SELECT own.event_id, own.training_id, twin.partner_id
                      FROM own
                      JOIN passport_nir vault ON vault.partner_id = own.attendee_partner_id
                      JOIN passport_nir twin ON twin.blind_index = vault.blind_index
                )
                SELECT other.id
                  FROM event_registration other
                  JOIN person USING (event_id, training_id, attendee_partner_id)
                 WHERE other.id != ALL(%(ids)s)
                """,
                ids=list(registrations.ids),
            )
        )
        return registrations.browse(found_id for (found_id,) in rows)

    @api.model
    def _flush(self):
        for model, fnames in READ_FIELDS.items():
            self.env[model].flush_model(fnames)

    @api.model
    def _statement(self, people_ids, registration_ids):
        return SQL(
            """
            WITH seat AS (
                SELECT reg.id, reg.event_id, reg.event_slot_id, reg.training_id,
                       event.date_begin, event.date_end,
                       COALESCE(vault.blind_index, reg.attendee_partner_id::text) AS person
                  FROM event_registration reg
                  JOIN event_event event ON event.id = reg.event_id
             LEFT JOIN passport_nir vault ON vault.partner_id = reg.attendee_partner_id
                   AND COALESCE(vault.check_codes, '') NOT LIKE '%%nir_invalid%%'
                 WHERE reg.attendee_partner_id = ANY(%(people)s)
                   AND reg.active
                   AND reg.training_id IS NOT NULL
                   AND reg.state != 'cancel'
                   AND reg.outcome IS DISTINCT FROM 'absent'
            ), found AS (
                SELECT id,
                       count(*) OVER own > 1 AS is_double,
                       CASE WHEN event_slot_id IS NOT NULL THEN NULL
                            WHEN min(event_id) OVER days != event_id THEN min(event_id) OVER days
                            WHEN max(event_id) OVER days != event_id THEN max(event_id) OVER days
                        END AS other_id
                  FROM seat
                WINDOW own AS (PARTITION BY person, training_id, event_id, event_slot_id),
                       days AS (PARTITION BY person, training_id, date_begin, date_end, event_slot_id)
            )
            SELECT id, is_double, other_id
              FROM found
             WHERE id = ANY(%(ids)s) AND (is_double OR other_id IS NOT NULL)
            """,
            people=people_ids,
            ids=registration_ids,
        )
