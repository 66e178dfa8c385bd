import pytz

from odoo import api, models
from odoo.tools import SQL

from ...tools import readiness
from ..ground.columns import id_array
from ..session.certificate import JDR_COLUMNS
from .res_partner import SIRET_COUNTRIES

# What the statements below read, and so has to be in the database first.
READ_FIELDS = {
    "event.registration": [
        "active",
        "attendee_partner_id",
        "employer_id",
        "employer_is_declared",
        "employer_reference",
        "event_id",
        "event_slot_id",
        "name",
        "outcome",
        "passport_document",
        "passport_line_state",
        "state",
        "training_id",
        "validity_end_date",
        "validity_start_date",
        *JDR_COLUMNS,
    ],
    "event.event": ["company_id", "date_begin", "date_end", "date_tz", "is_subcontracted"],
    "event.slot": ["end_datetime", "start_datetime"],
    "passport.nir": ["blind_index", "check_codes", "key_id", "partner_id"],
    "res.company": [
        "passport_events_are_trainings",
        "passport_first_day",
        "passport_without_accents",
    ],
    "res.partner": [
        "birth_name",
        "company_registry",
        "complete_name",
        "country_id",
        "name",
        "nir_state",
    ],
}
# Texts that no rule can find anything in, told at a glance by the database: letters with single marks
# between them. What looks otherwise is judged by the rule of its column; so are letters that may be
# written as two.
_LETTER = "[A-Za-zÀ-ÅÇ-ÖØ-Ýà-åç-öø-ýÿ]"
PLAIN_NAME = f"^{_LETTER}+([ '-]{_LETTER}+)*$"
PLAIN_REFERENCE = "^[A-Za-z0-9]+([ ._/-][A-Za-z0-9]+)*$"
ROWS_AT_ONCE = 2000


class PassportAttendees(models.AbstractModel):
    """The one reader of what readiness is judged by, in a few statements for any number of attendees.

    What attendees share (sessions, trainings, employers) is read and judged once. Of the attendees
    themselves the database gives out those only who are not ready at a glance. No number is opened.
    To be called as superuser.
    """

    _name = "passport.attendees"
    _description = "Reader of Attendees"

    @api.model
    def _read(self, ids):
        """Return who of these registrations is to be judged, and what they share.

        :param ids: ids of registrations, all in the database
        :returns: an iterator of ``tools.readiness.Attendee`` (who is left out has no fault), to be
            run through before anything else is asked of the database, and a
            ``tools.readiness.Shared``
        """
        self._flush()
        array = id_array(ids)
        keys = self._places(array)
        twins, seats = self.env["passport.seats"]._found(ids)
        shared = readiness.Shared(
            self._sessions({(event_id, slot_id) for event_id, slot_id, *_rest in keys}),
            self._trainings({(training_id, doc) for *_session, training_id, doc in keys}),
            self._employers(array),
            self.env["passport.law"]._periods("rs_by_certifier"),
            twins,
            seats,
        )
        return self._attendees(array, keys, shared), shared

    @api.model
    def _flush(self):
        """Have in the database what is read there."""
        for model, fnames in READ_FIELDS.items():
            self.env[model].flush_model(fnames)

    # ------------------------------------------------------------
    # What attendees share
    # ------------------------------------------------------------

    @api.model
    def _places(self, array):
        """Return the ``(event id, slot id or None, training id, document)`` of these attendees."""
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT event_id, event_slot_id, training_id,
                       COALESCE(passport_document, 'adf')
                  FROM event_registration WHERE id = ANY(%s)
                """,
                array,
            )
        )

    @api.model
    def _sessions(self, keys):
        """Return ``{(event id, slot id or None): Session}``."""
        events = self.env.execute_query(
            SQL(
                """
                SELECT event.id, date_begin, date_end, date_tz, is_subcontracted,
                       passport_events_are_trainings, passport_first_day, passport_without_accents
                  FROM event_event event
             LEFT JOIN res_company company ON company.id = event.company_id
                 WHERE event.id = ANY(%s)
                """,
                list({event_id for event_id, _slot_id in keys}),
            )
        )
        events = {event_id: values for event_id, *values in events}
        slots = self._slots([slot_id for _event_id, slot_id in keys if slot_id])
        first_lawful = self.env["passport.law"]._since("body_declares")
        clock = self.env["passport.clock"]
        now, today = clock._now(), clock._today()
        sessions = {}
        for event_id, slot_id in keys:
            begin, end, timezone, is_subcontracted, *of_company = events[event_id]
            asks_training, first_day, without_accents = of_company
            slot_begin, slot_end = slots.get(slot_id, (None, None))
            begin, end = slot_begin or begin, slot_end or end
            zone = timezone and pytz.timezone(timezone)
            last_day = clock._day_of(end, zone) if begin and end else None
            sessions[event_id, slot_id] = readiness.Session(
                begin,
                end,
                last_day,
                bool(end and end <= now and last_day and last_day <= today),
                bool(is_subcontracted),
                bool(asks_training),
                first_day or first_lawful,
                bool(without_accents),
            )
        return sessions

    @api.model
    def _slots(self, slot_ids):
        if not slot_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT id, start_datetime, end_datetime FROM event_slot WHERE id = ANY(%s)",
                slot_ids,
            )
        )
        return {slot_id: moments for slot_id, *moments in rows}

    @api.model
    def _trainings(self, keys):
        """Return ``{(training id, document): Training}``, none for who has no training."""
        ids = {training_id for training_id, _document in keys if training_id}
        trainings = self.env["product.template"].browse(ids)
        trainings.fetch(["is_certifying", "passport_document", "passport_eligible", "rs_code_id"])
        check = self.env["passport.training.check"]
        return {
            (training.id, document): readiness.Training(
                training.passport_eligible,
                training.passport_document == "jdr",
                training.is_certifying and training.rs_code_id.is_transmitted,
                tuple(check._faults(training, document)),
            )
            for training in trainings
            for document in ("adf", "jdr")
            if (training.id, document) in keys
        }

    @api.model
    def _employers(self, array):
        """Return ``{employer id: its Fault or None}`` of the employers that are declared."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT employer.id, employer.company_registry, country.code
                  FROM res_partner employer
             LEFT JOIN res_country country ON country.id = employer.country_id
                 WHERE employer.id IN (
                       SELECT employer_id FROM event_registration
                        WHERE id = ANY(%s) AND employer_is_declared)
                """,
                array,
            )
        )
        return {
            employer_id: readiness.employer_fault(
                number, bool(country) and country not in SIRET_COUNTRIES
            )
            for employer_id, number, country in rows
        }

    # ------------------------------------------------------------
    # The attendees themselves
    # ------------------------------------------------------------

    @api.model
    def _attendees(self, array, keys, shared):
        """Yield the attendees, some at a time: all of them would take much memory."""
        self.env.cr.execute(self._statement(array, keys, shared))
        while rows := self.env.cr.fetchmany(ROWS_AT_ONCE):
            yield from map(readiness.Attendee._make, rows)

    @api.model
    def _statement(self, array, keys, shared):
        readable = list(self.env["passport.nir.keys"]._readable_ids())
        return SQL(
            """
            SELECT reg.id, reg.event_id, reg.event_slot_id, reg.training_id,
                   COALESCE(reg.passport_document, 'adf'), reg.state, reg.active, reg.outcome,
                   reg.validity_start_date, reg.validity_end_date, reg.attendee_partner_id,
                   person.birth_name, person.nir_state = 'refused',
                   CASE WHEN vault.key_id = ANY(%(readable)s) THEN COALESCE(vault.check_codes, '')
                        WHEN vault.id IS NOT NULL THEN 'nir_invalid' END,
                   reg.employer_id, reg.employer_is_declared, reg.employer_reference,
                   ARRAY[%(certificate)s],
                   NULLIF(reg.name, ''),
                   CASE WHEN person.name != '' THEN person.complete_name END,
                   CASE WHEN employer.name != '' THEN employer.complete_name END,
                   CASE WHEN lower(person.name) != lower(reg.name) THEN person.name END
              FROM event_registration reg
             LEFT JOIN %(places)s AS place(event_id, slot_id, training_id, document, last_day,
                                               asks_result, is_transmitted)
                ON place.event_id = reg.event_id
               AND place.slot_id = COALESCE(reg.event_slot_id, 0)
               AND place.training_id = reg.training_id
               AND place.document = COALESCE(reg.passport_document, 'adf')
             LEFT JOIN res_partner person ON person.id = reg.attendee_partner_id
             LEFT JOIN passport_nir vault ON vault.partner_id = person.id
             LEFT JOIN res_partner employer ON employer.id = reg.employer_id
             WHERE reg.id = ANY(%(ids)s)
               AND (%(plain)s) IS NOT TRUE
            """,
            ids=array,
            certificate=SQL(", ").join(SQL.identifier("reg", fname) for fname in JDR_COLUMNS),
            readable=readable,
            places=self._plain_places(shared.sessions, shared.trainings, keys),
            plain=self._plain(shared, readable),
        )

    @api.model
    def _plain_places(self, sessions, trainings, keys):
        """Return the places that keep nobody from being declared, as a table of SQL."""
        rows = [
            (
                event_id,
                slot_id or 0,
                training_id,
                document,
                sessions[event_id, slot_id].last_day,
                trainings[training_id, document].gives_certificate,
                trainings[training_id, document].is_transmitted,
            )
            for event_id, slot_id, training_id, document in keys
            if training_id
            and sessions[event_id, slot_id].is_plain
            and trainings[training_id, document].is_plain
        ]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 7
        kinds = ("int", "int", "int", "text", "date", "bool", "bool")
        return SQL(
            "unnest(%s)",
            SQL(", ").join(
                SQL(f"%s::{kind}[]", values) for kind, values in zip(kinds, columns, strict=True)
            ),
        )

    @api.model
    def _plain(self, shared, readable):
        """Return the condition of who has no fault at a glance; who is left out is judged."""
        employers = [one for one, fault in shared.employers.items() if not fault]
        return SQL(
            """
            place.event_id IS NOT NULL
            AND reg.state = 'done' AND reg.active
            AND (NOT place.asks_result OR reg.outcome IN ('passed', 'failed'))
            AND (NOT place.is_transmitted OR reg.outcome = 'failed'
                 OR reg.validity_start_date < %(transmitted_from)s)
            AND reg.validity_start_date >= place.last_day
            AND (reg.validity_end_date IS NULL OR reg.outcome = 'failed'
                 OR reg.validity_end_date >= reg.validity_start_date)
            AND (NOT reg.employer_is_declared OR reg.employer_id = ANY(%(employers)s::int[]))
            AND (NOT reg.employer_is_declared OR COALESCE(reg.employer_reference, '') = ''
                 OR (length(reg.employer_reference) <= %(reference_limit)s
                     AND reg.employer_reference ~ %(plain_reference)s))
            AND (place.document != 'jdr' OR concat(%(certificate)s) = '')
            AND vault.key_id = ANY(%(readable)s) AND COALESCE(vault.check_codes, '') = ''
            AND lower(person.name) = lower(reg.name)
            AND length(person.birth_name) <= %(name_limit)s AND person.birth_name ~ %(plain_name)s
            AND NOT person.id = ANY(%(twins)s::int[]) AND NOT reg.id = ANY(%(seats)s::int[])
            """,
            certificate=SQL(", ").join(SQL.identifier("reg", fname) for fname in JDR_COLUMNS),
            employers=employers,
            name_limit=readiness.BIRTH_NAME_LIMIT,
            plain_name=PLAIN_NAME,
            plain_reference=PLAIN_REFERENCE,
            readable=readable,
            reference_limit=readiness.REFERENCE_LIMIT,
            seats=list(shared.seats),
            transmitted_from=min((first for first, _last in shared.transmitted), default=None),
            twins=list(shared.twins),
        )
