from odoo import api, models
from odoo.tools import SQL

from ..ground.columns import id_array

CODE_FIELDS = ("is_certifying", "rs_code", "rome_codes", "formacodes", "nsf_codes")
# Where the cause of each kind of rejection is corrected: a field of the line.
CULPRITS = {
    "person": "partner_id",
    "employer": "employer_id",
    "training": "training_id",
    "other": "registration_id",
}
# What is read in SQL, and so has to be in the database first.
READ_FIELDS = {
    "event.registration": ["active", "outcome", "state"],
    "passport.declaration.line": ["deposit_id", "registration_id", "state"],
}


class PassportRejection(models.AbstractModel):
    """What a rejection blames, and whether that was corrected since.

    A rejected attendee is not declared again by itself: until what the reason blames has changed,
    or somebody says to have checked it, the same file would be rejected again. To be called as
    superuser.
    """

    _name = "passport.rejection"
    _description = "Rejections by the Authority"

    @api.model
    def _kind(self, line):
        """Return what the reason of this line says to correct, see ``passport.reject.reason``."""
        kind = line.reject_reason_id.kind or "other"
        # Nothing to correct there: the attendee was declared without an employer.
        return "other" if kind == "employer" and not line.employer_id else kind

    @api.model
    def _culprit(self, line):
        """Return the record where the cause of this rejection is corrected."""
        return line[CULPRITS[self._kind(line)]]

    @api.model
    def _last_of(self, registrations):
        """Return the last line of each of these registrations that was rejected, as superuser."""
        lines = self.env["passport.declaration.line"].sudo()
        ids = registrations._origin.ids
        if not ids:
            return lines
        lines.flush_model(["registration_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT last.id
                  FROM (SELECT DISTINCT ON (registration_id) id, state
                          FROM passport_declaration_line
                         WHERE registration_id = ANY(%s) AND state != 'withdrawn'
                         ORDER BY registration_id, id DESC) last
                 WHERE last.state = 'rejected'
                 ORDER BY last.id
                """,
                id_array(ids),
            )
        )
        return lines.browse(line_id for (line_id,) in rows)

    @api.model
    def _to_correct(self, registrations):
        """Return the rejected lines of these registrations that nobody corrected or checked yet."""
        rejected = self._last_of(registrations)
        return rejected - self._corrected(rejected)

    @api.model
    def _to_correct_in(self, deposit_ids):
        """Return ``{deposit id: ids of registrations}`` of those rejected there who are still to be
        declared: neither declared again since nor cancelled.
        """
        for model, fnames in READ_FIELDS.items():
            self.env[model].flush_model(fnames)
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT line.deposit_id, array_agg(line.registration_id ORDER BY line.id)
                      FROM passport_declaration_line line
                      JOIN event_registration reg ON reg.id = line.registration_id
                     WHERE line.deposit_id = ANY(%s) AND line.state = 'rejected'
                       AND reg.active AND reg.state IS DISTINCT FROM 'cancel'
                       AND reg.outcome IS DISTINCT FROM 'absent'
                       AND NOT EXISTS (SELECT FROM passport_declaration_line later
                                        WHERE later.registration_id = line.registration_id
                                          AND later.id > line.id AND later.state != 'withdrawn')
                     GROUP BY line.deposit_id
                    """,
                    deposit_ids,
                )
            )
        )

    # ------------------------------------------------------------
    # Corrected since
    # ------------------------------------------------------------

    @api.model
    def _corrected(self, lines):
        """Return those of these rejected lines that may be declared again.

        Somebody checked them, or what their reason blames is no longer what was declared.
        """
        frozen = self.env["passport.frozen"]
        # What is asked of each line, in one query for all, and nothing else of them.
        lines.fetch(["checked_on", "employer_id", "reject_reason_id"])
        by_kind = lines.grouped(lambda line: "checked" if line.checked_on else self._kind(line))
        none = lines.browse()
        found = by_kind.get("checked", none)
        found |= self._corrected_people(by_kind.get("person", none))
        found |= frozen._stale_lines(by_kind.get("employer", none), ("has_employer", "siret"))
        found |= self._in_changed_sessions(by_kind.get("training", none), CODE_FIELDS)
        others = by_kind.get("other", none)
        found |= frozen._stale_lines(others) | self._in_changed_sessions(others)
        return lines & found

    @api.model
    def _in_changed_sessions(self, lines, fnames=None):
        """Return those of these lines whose session, or training, is no longer what was declared.

        :param fnames: look at these fields of the declaration only
        """
        frozen, changed, taught = self.env["passport.frozen"], [], {}
        rows = self._sessions_now(lines)
        models = ("passport.declaration", "event.event", "event.slot", "product.template")
        # Read for all, instead of for one after another.
        together = [
            lines.env[model].browse(dict.fromkeys(row[place] for row in rows if row[place]))
            for place, model in enumerate(models)
        ]
        for *ids, document, line_ids in rows:
            declaration, *session = (
                records.browse(one or ()).with_prefetch(records.ids)
                for one, records in zip(ids, together, strict=True)
            )
            values = frozen._session_values(*session, document, taught)
            if frozen._has_changed(declaration, values, fnames):
                changed += line_ids
        return lines.browse(changed)

    @api.model
    def _sessions_now(self, lines):
        """Return ``[(declaration id, event id, slot id, training id, document, ids of lines)]``: where
        the attendees of these lines are now.
        """
        if not lines:
            return []
        self.env["passport.frozen"]._flush()
        return self.env.execute_query(
            SQL(
                """
                SELECT line.declaration_id, reg.event_id, reg.event_slot_id, reg.training_id,
                       reg.passport_document, array_agg(line.id)
                  FROM passport_declaration_line line
                  JOIN event_registration reg ON reg.id = line.registration_id
                 WHERE line.id = ANY(%s)
                 GROUP BY line.declaration_id, reg.event_id, reg.event_slot_id, reg.training_id,
                          reg.passport_document
                """,
                id_array(lines.ids),
            )
        )

    @api.model
    def _corrected_people(self, lines):
        """Return those of these lines whose person has another birth name, or another number, now."""
        changed = self.env["passport.frozen"]._stale_lines(lines, ("partner_id", "birth_name"))
        return changed | self._with_new_numbers(lines)

    @api.model
    def _with_new_numbers(self, lines):
        """Return those of these lines whose person's number was entered after it was judged."""
        if not lines:
            return lines
        self.env["passport.nir"].flush_model(["collected_on", "partner_id"])
        self.env["passport.deposit"].flush_model(["generated_on"])
        lines.flush_model(["answered_on", "deposit_id", "partner_id"])
        # What the authority judged is the number as it was when the file was made.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id
                  FROM passport_declaration_line line
                  JOIN passport_nir vault ON vault.partner_id = line.partner_id
             LEFT JOIN passport_deposit deposit ON deposit.id = line.deposit_id
                 WHERE line.id = ANY(%s)
                   AND vault.collected_on > COALESCE(deposit.generated_on, line.answered_on)
                """,
                id_array(lines.ids),
            )
        )
        return lines.browse(line_id for (line_id,) in rows)
