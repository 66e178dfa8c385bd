from odoo import api, models
from odoo.tools import SQL

from ...tools import authority_file
from ..ground.columns import id_array
from .passport_frozen import LINE_COLUMNS

# Made without a note in the chatter, which would say that it was made: the record says so.
QUIETLY = {"mail_create_nolog": True, "tracking_disable": True}


class PassportPreparation(models.AbstractModel):
    """Makes declarations of attendees who are ready, with what is declared of them frozen.

    Declarations are records like others; their lines are made by one statement, whatever their
    number.
    """

    _name = "passport.preparation"
    _description = "Preparation of Declarations"

    @api.model
    def _prepare(self, registrations, company, channel, max_attendees):
        """Create the declarations of ready ``registrations``.

        One per session (a slot, where the event has slots), training, document and batch of
        ``max_attendees``.

        :param registrations: registrations checked to be ready, as superuser
        :param company: the training body that declares
        :returns: the declarations, in the order of sessions and attendees
        """
        declarations = self.env["passport.declaration"].sudo()
        if not registrations:
            return declarations
        self.env["passport.frozen"]._flush()
        registrations.flush_model(["passport_client_id", "sale_order_id"])
        batches = self._batches(registrations, max_attendees)
        names = self.env["passport.numbering"]._draw(company, declarations._name, len(batches))
        declarations = declarations.with_context(**QUIETLY).create(
            [
                {
                    "name": name,
                    "reference": self._reference_of(name, values["training_name"]),
                    "company_id": company.id,
                    "channel": channel,
                    **values,
                }
                for name, (values, _batch) in zip(names, batches, strict=True)
            ]
        )
        declarations.flush_recordset()
        self._make_lines(registrations, declarations, batches, max_attendees)
        return declarations.with_env(self.env).sudo()

    @api.model
    def _batches(self, registrations, max_attendees):
        """Return ``[(values frozen of a session, number of the batch in it)]``, one for each
        declaration to make, in order.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT event_id, event_slot_id, training_id, passport_document, count(*)
                  FROM event_registration WHERE id = ANY(%s)
                 GROUP BY event_id, event_slot_id, training_id, passport_document
                """,
                registrations.ids,
            )
        )
        events, slots, trainings = (
            self.env[model].sudo().browse({row[place] for row in rows if row[place]})
            for place, model in enumerate(("event.event", "event.slot", "product.template"))
        )
        sessions, taught = [], {}
        for event_id, slot_id, training_id, document, count in rows:
            values = self.env["passport.frozen"]._session_values(
                events.browse(event_id).with_prefetch(events.ids),
                slots.browse(slot_id or ()).with_prefetch(slots.ids),
                trainings.browse(training_id).with_prefetch(trainings.ids),
                document,
                taught,
            )
            key = values["date_end"], event_id, slot_id or 0, document, training_id
            sessions.append((key, {**values, "document": document}, count))
        sessions.sort(key=lambda session: session[0])
        return [
            (values, batch)
            for _key, values, count in sessions
            for batch in range(-(-count // max_attendees))
        ]

    @api.model
    def _reference_of(self, name, training_name):
        """Return a reference that a person recognises on the authority's site."""
        limit = authority_file.column("adf", "REFERENCE_DECLARATION").max_length
        return f"{name} - {training_name}"[:limit].strip()

    @api.model
    def _make_lines(self, registrations, declarations, batches, max_attendees):
        """Make one line for each of ``registrations``, in the declaration of its session and batch."""
        rejected = self._rejected(registrations)
        frozen = self.env["passport.frozen"]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO passport_declaration_line
                       (create_uid, write_uid, create_date, write_date, state, is_live, unique_id,
                        company_id, channel, declaration_id, event_id, event_slot_id, training_id,
                        document, date_end, registration_id, client_id, sale_order_id, number_index,
                        %(names)s)
                SELECT %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                       'prepared', true, gen_random_uuid(), %(company)s, %(channel)s,
                       declaration.id, reg.event_id, reg.event_slot_id, reg.training_id,
                       reg.passport_document, declaration.date_end, reg.id,
                       client.commercial_partner_id, reg.sale_order_id, vault.blind_index,
                       %(columns)s
                  FROM %(sources)s
                  JOIN (%(places)s) place ON place.id = reg.id
                  JOIN %(declarations)s
                    ON declaration.event_id = reg.event_id
                   AND declaration.event_slot_id = COALESCE(reg.event_slot_id, 0)
                   AND declaration.training_id = reg.training_id
                   AND declaration.document = reg.passport_document
                   AND declaration.batch = place.batch
                  LEFT JOIN res_partner client ON client.id = reg.passport_client_id
                  LEFT JOIN passport_nir vault ON vault.partner_id = reg.attendee_partner_id
                 ORDER BY declaration.id, place.position
                """,
                uid=self.env.uid,
                company=declarations.company_id.id,
                channel=declarations[0].channel,
                names=SQL(", ").join(map(SQL.identifier, LINE_COLUMNS)),
                columns=frozen._columns(),
                sources=frozen._sources(SQL("SELECT unnest(%s)", registrations.ids)),
                places=self._places(registrations, max_attendees),
                declarations=self._made(declarations, batches),
            )
        )
        lines = self.env["passport.declaration.line"].sudo()
        lines.invalidate_model()
        transition = self.env["passport.transition"]
        transition._follow(declarations.ids, registrations.ids, "prepared", freed=True)
        # Declared again: what was still open about the earlier rejection is done.
        domain = [("registration_id", "in", rejected.ids), ("state", "=", "rejected")]
        self.env["passport.corrections"]._close_of(lines.search(domain) if rejected else lines)

    @api.model
    def _rejected(self, registrations):
        """Return those of these registrations that the authority rejected before."""
        registrations.flush_model(["passport_line_state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM event_registration
                 WHERE id = ANY(%s) AND passport_line_state = 'rejected'
                """,
                id_array(registrations.ids),
            )
        )
        return registrations.browse(one for (one,) in rows)

    @api.model
    def _made(self, declarations, batches):
        """Return the declarations just made as a table in SQL, called ``declaration``."""
        values = [values for values, _batch in batches]
        return SQL(
            """
            unnest(%s, %s::int[], %s::int[], %s::int[], %s::text[], %s::date[], %s::int[])
            AS declaration(id, event_id, event_slot_id, training_id, document, date_end, batch)
            """,
            declarations.ids,
            [value["event_id"] for value in values],
            [value["event_slot_id"] or 0 for value in values],
            [value["training_id"] for value in values],
            [value["document"] for value in values],
            [value["date_end"] for value in values],
            [batch for _values, batch in batches],
        )

    @api.model
    def _places(self, registrations, max_attendees):
        """Return the query of which batch of its session each registration belongs to, by name."""
        return SQL(
            """
            SELECT id, position, position / %(max)s AS batch
              FROM (SELECT reg.id, row_number() OVER (
                           PARTITION BY reg.event_id, reg.event_slot_id, reg.training_id,
                                        reg.passport_document
                           ORDER BY person.birth_name COLLATE "C", reg.id) - 1 AS position
                      FROM event_registration reg
                      JOIN res_partner person ON person.id = reg.attendee_partner_id
                     WHERE reg.id = ANY(%(ids)s)) ranked
            """,
            max=max_attendees,
            ids=registrations.ids,
        )
