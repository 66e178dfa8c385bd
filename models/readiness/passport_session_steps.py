from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Groups stand in the order of these codes: what can be done now comes first.
MARK, DECLARE, COMPLETE, ANSWER = "1_mark", "2_declare", "3_complete", "4_answer"
RUNNING, COMING, DONE = "5_running", "6_coming", "7_done"
SESSION_STEPS = [
    (MARK, "Attendance to Mark"),
    (DECLARE, "To Declare"),
    (COMPLETE, "Data to Complete"),
    (ANSWER, "In a Declaration"),
    (RUNNING, "Under Way"),
    (COMING, "To Come"),
    (DONE, "Nothing Left to Do"),
]


class PassportSessionSteps(models.AbstractModel):
    """What is next in a session? One expression says it for its form, its lists and their groups.

    It follows from the hour and from the states of the attendees, so it is computed by the database
    whenever it is asked. Nothing is to be done for who is not concerned, as before the first declared
    day, nor for who is left to the employer. A session that is cancelled is not to come.
    """

    _name = "passport.session.steps"
    _description = "What to Do in Sessions"

    @api.model
    def _steps(self, events):
        """Return ``{event id: step}``."""
        if not events:
            return {}
        query = events.sudo().with_context(active_test=False)._search([("id", "in", events.ids)])
        table = events._table
        return dict(
            self.env.execute_query(query.select(SQL.identifier(table, "id"), self._sql(table)))
        )

    @api.model
    def _domain(self, steps):
        """Return the domain of the sessions whose step is one of ``steps``."""
        events = self.env["event.event"].sudo().with_context(active_test=False)
        query = events._search([])
        query.add_where(SQL("%s IN %s", self._sql(events._table), tuple(steps)))
        return Domain("id", "in", query)

    @api.model
    def _to_mark(self):
        """Return the domain of the sessions whose step is ``MARK``, found by who is not marked.

        They are few, where the step of each session would be asked of all its attendees.
        """
        now = self.env["passport.clock"]._now()
        unmarked = (
            Domain("outcome", "=", False)
            & Domain("passport_state", "in", ["blocked", "rejected"])
            & Domain("passport_is_pending", "=", True)
            & Domain("state", "!=", "cancel")
        )
        over = Domain("date_begin", "<=", now) & Domain("date_end", "<=", now)
        return over & Domain("registration_ids", "any", unmarked)

    @api.model
    def _sql(self, alias):
        """Return the step as an expression on the table of sessions that ``alias`` names."""
        self.env["event.registration"].flush_model(
            ["active", "event_id", "state", "outcome", "passport_is_pending", "passport_state"]
        )
        return SQL(
            """
            CASE WHEN %(begin)s > %(now)s AND %(held)s THEN %(coming)s
                 WHEN %(end)s > %(now)s AND %(held)s THEN %(running)s
                 ELSE COALESCE((
                    SELECT MIN(CASE
                        WHEN passport_state IN ('blocked', 'rejected')
                             AND passport_is_pending AND outcome IS NULL THEN %(mark)s
                        WHEN passport_state = 'ready' THEN %(declare)s
                        WHEN passport_state IN ('blocked', 'rejected')
                             AND passport_is_pending THEN %(complete)s
                        WHEN passport_state = 'in_progress' THEN %(answer)s
                    END)
                      FROM event_registration
                     WHERE event_id = %(id)s AND active AND state <> 'cancel'
                 ), %(done)s)
            END
            """,
            **self._columns(alias),
            now=self.env["passport.clock"]._now(),
            mark=MARK,
            declare=DECLARE,
            complete=COMPLETE,
            answer=ANSWER,
            running=RUNNING,
            coming=COMING,
            done=DONE,
        )

    @api.model
    def _columns(self, alias):
        fields = self.env["event.event"]._fields
        return {
            "id": SQL.identifier(alias, "id"),
            "begin": SQL.identifier(alias, "date_begin", to_flush=fields["date_begin"]),
            "end": SQL.identifier(alias, "date_end", to_flush=fields["date_end"]),
            "held": SQL(
                "%s IS DISTINCT FROM 'cancel'",
                SQL.identifier(alias, "kanban_state", to_flush=fields["kanban_state"]),
            ),
        }
