from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import siret
from ...tools.text import FIRST_MARK, LAST_MARK, PLAIN_LETTERS
from ..session.certificate import JDR_COLUMNS

JDR_FIELDS = ("jdr_type", "jdr_name", "jdr_option", "jdr_mode")
# An employer without a SIRET, abroad for instance, is not declared.
HAS_EMPLOYER = "(reg.without_employer IS NOT TRUE AND employer.no_siret IS NOT TRUE)"


def without_accents(column):
    """Return the SQL of what ``without_accents`` of ``tools/text.py`` makes of a column."""
    text = column
    for letter, plain in PLAIN_LETTERS.items():
        text = f"replace({text}, '{letter}', '{plain}')"
    return f"normalize(regexp_replace(normalize({text}, NFD), '[{FIRST_MARK}-{LAST_MARK}]', '', 'g'), NFC)"


# What a line freezes of its attendee, and the columns it is read from: ``reg`` is the registration,
# ``person`` the attendee, ``employer`` the SIRET of the establishment as it is declared, ``body`` who
# declares.
LINE_COLUMNS = {
    "partner_id": "reg.attendee_partner_id",
    "birth_name": "NULLIF(CASE WHEN body.passport_without_accents"
    f" THEN {without_accents('person.birth_name')} ELSE person.birth_name END, '')",
    "has_employer": HAS_EMPLOYER,
    "employer_id": f"CASE WHEN {HAS_EMPLOYER} THEN reg.employer_id END",
    "siret": f"CASE WHEN {HAS_EMPLOYER} THEN employer.siret END",
    "employer_reference": f"CASE WHEN {HAS_EMPLOYER} THEN NULLIF(reg.employer_reference, '') END",
    "validity_start_date": "reg.validity_start_date",
    # Who failed an assessed training has no validity that could end.
    "validity_end_date": "CASE WHEN reg.outcome IS DISTINCT FROM 'failed'"
    " THEN reg.validity_end_date END",
    **{
        fname: f"CASE WHEN reg.passport_document = 'jdr' THEN NULLIF(reg.{fname}, '') END"
        for fname in JDR_COLUMNS
    },
}
# What a line shares with its declaration, by the names there.
SHARED_COLUMNS = ("company_id", "event_id", "event_slot_id", "training_id", "date_end")
# What is read in SQL, and so has to be in the database first.
READ_FIELDS = {
    "event.registration": [
        "attendee_partner_id",
        "company_id",
        "employer_id",
        "employer_reference",
        "event_id",
        "event_slot_id",
        "outcome",
        "passport_document",
        "training_id",
        "validity_end_date",
        "validity_start_date",
        "without_employer",
        *JDR_COLUMNS,
    ],
    "res.company": ["passport_without_accents"],
    "res.partner": ["birth_name", "company_registry", "passport_no_siret"],
    "passport.declaration.line": [],
    "passport.declaration": [],
}


class PassportFrozen(models.AbstractModel):
    """What a declaration freezes of its session and attendees, and what changed since.

    The columns of an attendee are written down once (``LINE_COLUMNS``): what freezes them, what
    compares and what freezes them anew is SQL made of it, for any number of lines at once. What a
    session and its training say is read once for each declaration.

    To be called as superuser: whoever follows declarations sees what they say, whatever else the
    user may read.
    """

    _name = "passport.frozen"
    _description = "Frozen Values of Declarations"

    # ------------------------------------------------------------
    # What is frozen
    # ------------------------------------------------------------

    @api.model
    def _session_values(self, event, slot, training, document, taught=None):
        """Return the values to freeze of a session, one of its trainings and the document.

        :param taught: what was read of trainings, to be read once for many sessions
        """
        taught = {} if taught is None else taught
        if (training.id, document) not in taught:
            taught[training.id, document] = self._training_values(training, document)
        timezone = event._passport_timezone()
        day_of = self.env["passport.clock"]._day_of
        return {
            "event_id": event.id,
            "event_slot_id": slot.id,
            "date_start": day_of(slot.start_datetime or event.date_begin, timezone),
            "date_end": day_of(slot.end_datetime or event.date_end, timezone),
            "modality": event.training_modality,
            "trainer_qualification": event.trainer_qualification,
            **taught[training.id, document],
        }

    @api.model
    def _training_values(self, training, document):
        """Return the values to freeze of a training and the document."""
        certifying, is_jdr = training.is_certifying, document == "jdr"
        return {
            "training_id": training.id,
            "training_name": training._passport_name(),
            "is_certifying": certifying,
            "rome_codes": "/".join(training.rome_code_ids.mapped("code")),
            "rs_code": certifying and training.rs_code_id.code,
            "formacodes": not certifying and "/".join(training.formacode_ids.mapped("code")),
            "nsf_codes": not certifying and "/".join(training.nsf_code_ids.mapped("code")),
            **{fname: is_jdr and training[fname] for fname in JDR_FIELDS},
        }

    @api.model
    def _flush(self):
        """Have in the database what the statements below read."""
        for model, fnames in READ_FIELDS.items():
            self.env[model].flush_model(fnames or None)

    @api.model
    def _columns(self):
        """Return the columns of an attendee as they are read now, each under its own name."""
        return SQL(", ").join(
            SQL("%s AS %s", SQL(column), SQL.identifier(fname))
            for fname, column in LINE_COLUMNS.items()
        )

    @api.model
    def _differs(self, fnames=tuple(LINE_COLUMNS)):
        """Return the condition that what ``line`` froze is something else now (see :meth:`_sources`).

        :param fnames: look at these values only
        """
        return SQL(" OR ").join(
            SQL("line.%s IS DISTINCT FROM (%s)", SQL.identifier(fname), SQL(LINE_COLUMNS[fname]))
            for fname in fnames
        )

    @api.model
    def _sources(self, registrations):
        """Return the tables that ``LINE_COLUMNS`` reads, from ``reg`` on (see :meth:`_flush`).

        :param registrations: a query of ids; each employer among them is judged once
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT employer.id, employer.company_registry, employer.passport_no_siret
                  FROM res_partner employer
                 WHERE employer.id IN (
                       SELECT reg.employer_id FROM event_registration reg WHERE reg.id IN (%s))
                """,
                registrations,
            )
        )
        return SQL(
            """
            event_registration reg
            LEFT JOIN res_partner person ON person.id = reg.attendee_partner_id
            LEFT JOIN res_company body ON body.id = reg.company_id
            LEFT JOIN unnest(%s::int[], %s::text[], %s::bool[]) AS employer(id, siret, no_siret)
                   ON employer.id = reg.employer_id
            """,
            [employer_id for employer_id, *_rest in rows],
            [siret.compact(text) or None for _employer_id, text, _abroad in rows],
            [no_siret for *_rest, no_siret in rows],
        )

    # ------------------------------------------------------------
    # What changed since
    # ------------------------------------------------------------

    @api.model
    def _stale_lines(self, lines, fnames=tuple(LINE_COLUMNS), limit=None):
        """Return the lines whose frozen values differ from what the records say now.

        :param fnames: look at these values only
        """
        if not lines:
            return lines
        self._flush()
        ids = [
            line_id for (line_id,) in self.env.execute_query(self._stale_sql(lines, fnames, limit))
        ]
        return lines.browse(ids)

    @api.model
    def _stale_sql(self, lines, fnames, limit):
        return SQL(
            """
            SELECT line.id
              FROM passport_declaration_line line
              JOIN %s ON reg.id = line.registration_id
             WHERE line.id = ANY(%s) AND (%s)
             ORDER BY line.id %s
            """,
            SQL("(%s)", self._sources(_registrations_of(lines))),
            lines.ids,
            self._differs(fnames),
            SQL("LIMIT %s", limit) if limit else SQL(),
        )

    @api.model
    def _has_changed(self, declaration, values, fnames=None):
        """Tell whether what was declared differs from ``values``, those of a session now.

        :param fnames: look at these fields only
        """
        return _differs(declaration, {fname: values[fname] for fname in fnames or values})

    @api.model
    def _stale_declarations(self, declarations):
        """Return the declarations whose frozen training differs from what the session says now."""
        return self._stale_of(declarations, self._values_now(declarations))

    @api.model
    def _stale_of(self, declarations, now):
        """Return those of these declarations that say something else than ``now``, their values."""
        return declarations.filtered(
            lambda declaration: declaration in now and _differs(declaration, now[declaration])
        )

    @api.model
    def _values_now(self, declarations):
        """Return ``{declaration: values to freeze now}`` of those with live lines."""
        if not declarations:
            return {}
        self._flush()
        return self._values_of(declarations, self._trainings_now(declarations))

    @api.model
    def _trainings_now(self, declarations):
        """Return ``{declaration id: training id}`` of those with live lines."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.declaration_id, max(reg.training_id)
                  FROM passport_declaration_line line
                  JOIN event_registration reg ON reg.id = line.registration_id
                 WHERE line.declaration_id = ANY(%s) AND line.is_live
                 GROUP BY line.declaration_id
                """,
                declarations.ids,
            )
        )
        return dict(rows)

    @api.model
    def _values_of(self, declarations, training_of):
        """Return ``{declaration: values to freeze}`` of those in ``training_of``, which is
        ``{declaration id: training id}``.
        """
        trainings = self.env["product.template"].browse(training_of.values())
        values, taught = {}, {}
        for declaration in declarations.filtered(lambda found: found.id in training_of):
            training = trainings.browse(training_of[declaration.id]).with_prefetch(trainings.ids)
            session = declaration.event_id, declaration.event_slot_id
            values[declaration] = self._session_values(
                *session, training, declaration.document, taught
            )
        return values

    @api.model
    def _check_sessions(self, declarations):
        """Refuse declarations with an attendee who belongs into another one by now.

        :raises UserError: names the attendees; a declaration never mixes sessions, trainings,
            documents or training bodies
        """
        if not declarations:
            return
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT declaration.name, person.name
                  FROM passport_declaration_line line
                  JOIN passport_declaration declaration ON declaration.id = line.declaration_id
                  JOIN event_registration reg ON reg.id = line.registration_id
                  JOIN res_partner person ON person.id = line.partner_id
                  -- Once for a declaration: it may have hundreds of lines.
                  JOIN (SELECT sibling.declaration_id, max(other.training_id) AS training_id
                          FROM passport_declaration_line sibling
                          JOIN event_registration other ON other.id = sibling.registration_id
                         WHERE sibling.declaration_id = ANY(%(ids)s) AND sibling.is_live
                         GROUP BY sibling.declaration_id) common
                    ON common.declaration_id = line.declaration_id
                 WHERE line.declaration_id = ANY(%(ids)s) AND line.is_live
                   AND (reg.event_id != line.event_id
                        OR reg.company_id != line.company_id
                        OR reg.event_slot_id IS DISTINCT FROM line.event_slot_id
                        OR reg.passport_document IS DISTINCT FROM line.document
                        OR reg.training_id IS DISTINCT FROM common.training_id)
                 ORDER BY line.id LIMIT 10
                """,
                ids=declarations.ids,
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "These attendees were moved to another session, or their session to another training "
                    "body, or they passed or failed after all, since their declaration was prepared. Cancel "
                    "it and prepare it anew: %s",
                    ", ".join(f"{declaration}, {person}" for declaration, person in rows),
                )
            )

    # ------------------------------------------------------------
    # Freezing anew
    # ------------------------------------------------------------

    @api.model
    def _update(self, declarations):
        """Freeze anew what sessions and attendees say now.

        Whoever was typed into the authority's form with values that change now is typed again.
        """
        self._check_sessions(declarations)
        now = self._values_now(declarations)
        stale = self._stale_of(declarations, now)
        lines = self._stale_lines(declarations._live_lines())
        typed = (stale._lines_to_type() | lines).filtered("typed_on")
        for declaration in stale:
            declaration.write(now[declaration])
        self._share(stale)
        self._freeze_lines(lines)
        self.env["passport.assisted.entry"]._untick_changed(typed)

    @api.model
    def _share(self, declarations):
        """Write on the lines of these declarations what they share with them."""
        if not declarations:
            return
        declarations.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE passport_declaration_line line
                   SET %s
                  FROM passport_declaration declaration
                 WHERE declaration.id = line.declaration_id AND declaration.id = ANY(%s)
                """,
                SQL(", ").join(
                    SQL("%s = declaration.%s", SQL.identifier(fname), SQL.identifier(fname))
                    for fname in SHARED_COLUMNS
                ),
                declarations.ids,
            )
        )
        self.env["passport.declaration.line"].invalidate_model()

    @api.model
    def _freeze_lines(self, lines):
        """Write on these lines what their attendees say now."""
        if not lines:
            return
        self._flush()
        self.env.cr.execute(
            SQL(
                """
                UPDATE passport_declaration_line line
                   SET (%s) = (SELECT %s)
                  FROM %s
                 WHERE reg.id = line.registration_id AND line.id = ANY(%s)
                """,
                SQL(", ").join(map(SQL.identifier, LINE_COLUMNS)),
                SQL(", ").join(map(SQL, LINE_COLUMNS.values())),
                self._sources(_registrations_of(lines)),
                lines.ids,
            )
        )
        self.env["passport.declaration.line"].invalidate_model()


def _registrations_of(lines):
    return SQL(
        "SELECT registration_id FROM passport_declaration_line WHERE id = ANY(%s)", lines.ids
    )


def _differs(record, values):
    """Tell whether the fields of ``record`` hold something else than ``values``."""
    return any(
        (record._fields[fname].convert_to_write(record[fname], record) or False) != (value or False)
        for fname, value in values.items()
    )
