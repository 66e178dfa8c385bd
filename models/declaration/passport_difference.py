from odoo import api, models
from odoo.tools import SQL

from ...tools import calendar
from ..ground.columns import id_array
from ..ground.selections import SENT_STATES
from ..session.certificate import JDR_COLUMNS
from .passport_frozen import HAS_EMPLOYER, LINE_COLUMNS, without_accents

# The day of a moment where the session is held, as it is declared.
_DAY = f"({{}} AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(event.date_tz, '{calendar.PORTAL_TIMEZONE}'))::date"
_FIRST = _DAY.format("COALESCE(slot.start_datetime, event.date_begin)")
_LAST = _DAY.format("COALESCE(slot.end_datetime, event.date_end)")
_NAMES = f"person.birth_name, {without_accents('person.birth_name')}"
# What is with the authority, and how a line tells that the records say something else by now. What changes
# later without having been wrong is left aside: a company's SIRET, a training's name and codes.
DIFFERENCES = {
    "attendance": "reg.state = 'cancel' OR NOT reg.active OR reg.outcome IS NOT DISTINCT FROM 'absent'",
    # Not told of who was declared before this was kept, nor of a number that was erased.
    "number": "line.declared_index != vault.blind_index",
    "dates": f"(declaration.date_start, declaration.date_end) IS DISTINCT FROM ({_FIRST}, {_LAST})",
    # An erased name is no other name.
    "birth_name": f"person.birth_name != '' AND line.birth_name NOT IN ({_NAMES})",
    "employer": "line.employer_id IS DISTINCT FROM"
    f" CASE WHEN {HAS_EMPLOYER} THEN reg.employer_id END",
    "validity": "(line.validity_start_date, line.validity_end_date) IS DISTINCT FROM"
    f" ({LINE_COLUMNS['validity_start_date']}, {LINE_COLUMNS['validity_end_date']})",
    "certificate": "line.document = 'jdr' AND ("
    + " OR ".join(f"line.{name} IS DISTINCT FROM NULLIF(reg.{name}, '')" for name in JDR_COLUMNS)
    + ")",
}
# What is read in SQL besides what declarations freeze, and so has to be in the database first.
READ_FIELDS = {
    "event.registration": ["active", "state"],
    "event.event": ["date_begin", "date_end", "date_tz"],
    "event.slot": ["start_datetime", "end_datetime"],
    "passport.nir": ["blind_index", "partner_id"],
}


class PassportDifference(models.AbstractModel):
    """What the authority was told, and the records say otherwise by now.

    A declaration cannot be edited on the authority's site: its holder is deleted there, withdrawn here
    and declared again. To be called as superuser; one statement, whatever the number of attendees.
    """

    _name = "passport.difference"
    _description = "Differences from What Was Declared"

    @api.model
    def _texts(self, registrations):
        """Return ``{registration id: what differs, in words}``, of those declared otherwise."""
        if not registrations:
            return {}
        labels = self._labels()
        return {
            found_id: ", ".join(
                labels[name] for name, differs in zip(DIFFERENCES, found, strict=True) if differs
            )
            for _line_id, found_id, *found in self._rows(
                SQL("SELECT unnest(%s)", id_array(registrations.ids))
            )
        }

    @api.model
    def _line_ids(self):
        """Return the ids of the lines of all who were declared otherwise."""
        sent = SQL(
            "SELECT registration_id FROM passport_declaration_line WHERE state IN %s", SENT_STATES
        )
        return [line_id for line_id, *_rest in self._rows(sent)]

    @api.model
    def _labels(self):
        return {
            "attendance": self.env._("attendance (the registration is cancelled)"),
            "number": self.env._("social security number"),
            "dates": self.env._("dates of the session"),
            "birth_name": self.env._("birth name"),
            "employer": self.env._("employer"),
            "validity": self.env._("validity"),
            "certificate": self.env._("result or proof"),
        }

    @api.model
    def _rows(self, registrations):
        """Return ``[(line id, registration id, *does it differ)]`` of the lines that differ.

        :param registrations: a query of ids
        """
        frozen = self.env["passport.frozen"]
        frozen._flush()
        for model, fnames in READ_FIELDS.items():
            self.env[model].flush_model(fnames)
        conditions = [SQL("COALESCE(%s, false)", SQL(text)) for text in DIFFERENCES.values()]
        return self.env.execute_query(
            SQL(
                """
                SELECT line.id, reg.id, %s
                  FROM %s
                  JOIN passport_declaration_line line
                    ON line.registration_id = reg.id AND line.state IN %s
                  JOIN passport_declaration declaration ON declaration.id = line.declaration_id
                  JOIN event_event event ON event.id = reg.event_id
             LEFT JOIN event_slot slot ON slot.id = reg.event_slot_id
             LEFT JOIN passport_nir vault ON vault.partner_id = line.partner_id
                 WHERE reg.id IN (%s) AND (%s)
                 ORDER BY line.id
                """,
                SQL(", ").join(conditions),
                frozen._sources(registrations),
                SENT_STATES,
                registrations,
                SQL(" OR ").join(conditions),
            )
        )
