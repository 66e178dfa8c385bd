from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..ground.columns import id_array
from ..ground.selections import LIVE_STATES, SENT_STATES, UNSENT_STATES

# A state: the states a line can come from. Everything else is refused.
TRANSITIONS = {
    "prepared": {"in_deposit"},
    "in_deposit": {"prepared"},
    # Back from an answer: it was recorded by mistake.
    "deposited": {"prepared", "in_deposit", "accepted", "rejected"},
    "accepted": {"deposited"},
    "rejected": {"deposited"},
    "withdrawn": {"prepared", "in_deposit", "deposited", "accepted"},
}
# What these states of a line mean for the registration: its state, and whether it is still to
# declare. Nothing else counts then; for the others readiness is asked. Whether a declaration is in a
# deposit that was not sent yet makes no difference: the registration stays "prepared".
REGISTRATION_STATES = {
    "prepared": ("in_progress", True),
    "deposited": ("in_progress", False),
    "accepted": ("declared", False),
}
# What registrations are told of a line that is not live any more.
JUDGED_FIELDS = ("passport_line_state", "passport_state", "passport_is_pending")
# The state of a declaration, from those of its lines; the first that fits.
DECLARATION_STATE = """
    CASE WHEN count(*) FILTER (WHERE line.state IN ('prepared', 'in_deposit')) > 0 THEN 'prepared'
         WHEN count(*) FILTER (WHERE line.state = 'deposited') > 0 THEN 'deposited'
         WHEN count(*) FILTER (WHERE line.state != 'withdrawn') = 0 THEN 'cancelled'
         ELSE 'done' END
"""
# What is computed of lines and registrations, and read again after they moved.
MOVED_MODELS = ("passport.declaration.line", "passport.declaration", "passport.deposit")
MOVED_MODELS += ("event.registration", "event.event")


class PassportTransition(models.AbstractModel):
    """The states of declared attendees: what may follow what, by whom and when.

    A step takes a few statements whatever the number of lines: one for the lines, one for their
    registrations, one for their declarations. The registrations of attendees who are in a declaration
    are not judged anew: their state is their line's.
    """

    _name = "passport.transition"
    _description = "Steps of a Declaration"

    @api.model
    def _move(self, lines, state, **values):
        """Bring all these lines to ``state``, or none.

        :param values: what else to write: who, when, why
        :raises UserError: names the lines that cannot come there
        """
        if lines:
            self._flush()
            self._check_move(lines, state)
            self._step(lines.ids, state, values)

    @api.model
    def _check_move(self, lines, state):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person.name, line.state
                  FROM passport_declaration_line line
                  JOIN res_partner person ON person.id = line.partner_id
                 WHERE line.id = ANY(%s) AND NOT line.state = ANY(%s)
                 ORDER BY line.id LIMIT 10
                """,
                id_array(lines.ids),
                list(TRANSITIONS[state]),
            )
        )
        if rows:
            labels = dict(lines._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "These attendees cannot become “%(state)s”: %(names)s",
                    state=labels[state],
                    names=", ".join(f"{name} ({labels[found]})" for name, found in rows),
                )
            )

    @api.model
    def _step(self, line_ids, state, values):
        """Write the step that was checked, and what follows from it."""
        is_live = state in LIVE_STATES
        freed = self._changes_life(line_ids, is_live)
        values = {"state": state, "is_live": is_live, "write_uid": self.env.uid, **values}
        moved = self.env.execute_query(
            SQL(
                """
                UPDATE passport_declaration_line
                   SET %s, write_date = now() AT TIME ZONE 'UTC'
                 WHERE id = ANY(%s)
                RETURNING declaration_id, registration_id
                """,
                self._assignments(values),
                id_array(line_ids),
            )
        )
        is_told = state not in UNSENT_STATES
        self._follow(
            sorted({declaration_id for declaration_id, _registration_id in moved}),
            [registration_id for _declaration_id, registration_id in moved if is_told],
            state,
            freed,
        )

    @api.model
    def _changes_life(self, line_ids, is_live):
        """Tell whether one of these lines is not as live as it will be."""
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT 1 FROM passport_declaration_line
                     WHERE id = ANY(%s) AND is_live IS DISTINCT FROM %s LIMIT 1
                    """,
                    id_array(line_ids),
                    is_live,
                )
            )
        )

    @api.model
    def _assignments(self, values):
        fields_of = self.env["passport.declaration.line"]._fields
        return SQL(", ").join(
            SQL(
                "%s = %s",
                SQL.identifier(fname),
                None if value is False and fields_of[fname].type != "boolean" else value,
            )
            for fname, value in values.items()
        )

    # ------------------------------------------------------------
    # What follows a step
    # ------------------------------------------------------------

    @api.model
    def _flush(self):
        """Have in the database what the statements here read and overwrite."""
        for model in MOVED_MODELS:
            self.env[model].flush_model()

    @api.model
    def _follow(self, declaration_ids, registration_ids, state, freed):
        """Tell declarations and registrations that lines of theirs are in ``state`` now.

        :param registration_ids: those that are to be told
        :param freed: whether people are in a declaration now who were in none, or the reverse
        """
        if registration_ids and state in REGISTRATION_STATES:
            self._settle(registration_ids, state)
        elif registration_ids:
            self._judge_anew(registration_ids)
        for model in MOVED_MODELS:
            self.env[model].invalidate_model()
        self._count(declaration_ids)
        if state == "deposited":
            self._refresh_sessions(registration_ids)
        if freed:
            self._refresh_twins(registration_ids)

    @api.model
    def _settle(self, registration_ids, state):
        """Tell the registrations of live lines where these stand."""
        passport_state, is_pending = REGISTRATION_STATES[state]
        self.env.cr.execute(
            SQL(
                """
                UPDATE event_registration
                   SET passport_line_state = %s, passport_state = %s, passport_is_pending = %s
                 WHERE id = ANY(%s)
                """,
                state,
                passport_state,
                is_pending,
                id_array(registration_ids),
            )
        )
        if state in ("prepared", "deposited"):
            # Nothing is left to mend; later steps find nothing there.
            self.env.cr.execute(
                "DELETE FROM event_registration_passport_issue_rel WHERE registration_id = ANY(%s)",
                (registration_ids,),
            )

    @api.model
    def _judge_anew(self, registration_ids):
        """Tell registrations where their last line stands, withdrawn ones left aside; look at them
        anew, since they are in no declaration any more.

        Who was rejected is told to be so, and still to declare, in the same statement: hardly anybody is
        found to be otherwise, and written once more.
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE event_registration reg
                   SET passport_line_state = last.state,
                       passport_state =
                           CASE WHEN last.is_rejected THEN 'rejected' ELSE reg.passport_state END,
                       passport_is_pending = COALESCE(last.is_rejected, false) OR reg.passport_is_pending
                  FROM unnest(%s) AS given(id)
             LEFT JOIN LATERAL (
                       SELECT line.state, line.state = 'rejected' AS is_rejected
                         FROM passport_declaration_line line
                        WHERE line.registration_id = given.id AND line.state != 'withdrawn'
                        ORDER BY line.id DESC LIMIT 1) last ON true
                 WHERE reg.id = given.id
                """,
                id_array(registration_ids),
            )
        )
        registrations = self.env["event.registration"].sudo().browse(registration_ids)
        registrations.invalidate_recordset(JUDGED_FIELDS, flush=False)
        registrations.modified(["passport_line_state"])

    @api.model
    def _refresh_sessions(self, registration_ids):
        """Have sessions told anew what they still have to declare: these attendees are sent."""
        registrations = self.env["event.registration"].sudo().browse(registration_ids)
        events = registrations.event_id
        for fname in ("passport_is_pending", "passport_deadline", "passport_obligation"):
            self.env.add_to_compute(events._fields[fname], events)

    @api.model
    def _refresh_twins(self, registration_ids):
        """Look anew at other registrations of these people, or numbers, in the same sessions."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT twin.id
                  FROM passport_declaration_line line
                  JOIN event_registration twin
                    ON twin.attendee_partner_id = line.partner_id AND twin.event_id = line.event_id
                 WHERE line.registration_id = ANY(%(ids)s) AND twin.id != line.registration_id
                 UNION
                SELECT twin.id
                  FROM passport_declaration_line line
                  JOIN passport_nir vault ON vault.blind_index = line.number_index
                  JOIN event_registration twin
                    ON twin.attendee_partner_id = vault.partner_id
                   AND twin.event_id = line.event_id
                 WHERE line.registration_id = ANY(%(ids)s) AND twin.id != line.registration_id
                   AND vault.partner_id != line.partner_id
                """,
                ids=registration_ids,
            )
        )
        if rows:
            twins = self.env["event.registration"].sudo().browse(twin_id for (twin_id,) in rows)
            self.env["passport.readiness"]._refresh(twins)

    @api.model
    def _count(self, declaration_ids):
        """Count the lines of declarations anew, and tell what that makes of these.

        Who was taken out is not counted any more, unless everybody was.
        """
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE passport_declaration declaration
                   SET withdrawn_count = now.withdrawn, accepted_count = now.accepted,
                       rejected_count = now.rejected,
                       line_count = COALESCE(NULLIF(now.total - now.withdrawn, 0), now.total)
                  FROM (SELECT line.declaration_id, %s AS state, count(*) AS total,
                               count(*) FILTER (WHERE line.state = 'withdrawn') AS withdrawn,
                               count(*) FILTER (WHERE line.state = 'accepted') AS accepted,
                               count(*) FILTER (WHERE line.state = 'rejected') AS rejected
                          FROM passport_declaration_line line
                         WHERE line.declaration_id = ANY(%s)
                         GROUP BY line.declaration_id) now
                 WHERE now.declaration_id = declaration.id
                RETURNING now.state, declaration.id, declaration.state
                """,
                SQL(DECLARATION_STATE),
                declaration_ids,
            )
        )
        by_state = {}
        for state, declaration_id, before in rows:
            if state != before:
                by_state.setdefault(state, []).append(declaration_id)
        declarations = self.env["passport.declaration"].sudo()
        declarations.browse(declaration_ids).invalidate_recordset(flush=False)
        for state, ids in by_state.items():
            # As a record, so that the change of state stands in the chatter.
            declarations.browse(sorted(ids)).write({"state": state})

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    @api.model
    def _follow_deposit(self, declarations):
        """Have the lines of these declarations say whether they are in a deposit, and in which."""
        self._flush()
        for deposit, found in declarations.sudo().grouped("deposit_id").items():
            before, after = ("prepared", "in_deposit") if deposit else ("in_deposit", "prepared")
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT id, state FROM passport_declaration_line
                     WHERE declaration_id = ANY(%s) AND deposit_id IS DISTINCT FROM %s
                    """,
                    found.ids,
                    deposit.id or None,
                )
            )
            moving = [line_id for line_id, state in rows if state == before]
            if moving:
                self._step(moving, after, {"deposit_id": deposit.id})
            # Withdrawn ones come along.
            others = [line_id for line_id, state in rows if state != before]
            lines = self.env["passport.declaration.line"].sudo().browse(others)
            lines.write({"deposit_id": deposit.id})

    @api.model
    def _deposit(self, lines):
        """Record that these lines were given to the authority now.

        :returns: the values that say who and when
        """
        values = {"deposited_on": fields.Datetime.now(), "deposited_by_id": self.env.uid}
        # That of the file, if there is one.
        declared_index = SQL("COALESCE(declared_index, number_index)")
        self._move(lines, "deposited", declared_index=declared_index, **values)
        return values

    @api.model
    def _withdraw(self, lines, reason=False):
        """Take attendees out of their declaration: they are free to be declared anew.

        Whoever was sent must be deleted with the authority first; the caller asked for that.

        :raises UserError: the line is rejected or withdrawn already, or its file is generated
            but not deposited
        """
        lines = lines.browse(lines.ids)
        lines._check_user()
        unsent = lines.filtered(lambda line: line.state not in SENT_STATES)
        unsent.declaration_id._check_not_sent()
        emptied = unsent.declaration_id.filtered(lambda found: found._live_lines() <= unsent)
        emptied.filtered("deposit_id").deposit_id = False
        self._move(
            lines,
            "withdrawn",
            withdraw_reason=reason,
            withdrawn_on=fields.Datetime.now(),
            withdrawn_by_id=self.env.uid,
        )
        lines._deposits()._follow_answers()

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    @api.model
    def _tell_declarations(self, lines, text):
        """Post a note on the declarations of these lines.

        :param text: function that makes the note of the attendees' names
        """
        declarations = lines.sudo().declaration_id
        by_declaration = lines.grouped("declaration_id")
        declarations._message_log_batch(
            bodies={
                declaration.id: text(by_declaration[declaration.sudo(False)]._names())
                for declaration in declarations
            }
        )
