from odoo import api, fields, models
from odoo.exceptions import UserError

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
SENT_STATES = ("deposited", "accepted")


class PassportTransition(models.AbstractModel):
    """The states of declared attendees: what may follow what, by whom and when."""

    _name = "passport.transition"
    _description = "Steps of a Declaration"

    @api.model
    def _move(self, lines, state, **values):
        """Bring all these lines to ``state``, or none.

        :param values: what else to write: who, when, why
        :raises UserError: names the lines that cannot come there
        """
        stuck = lines.filtered(lambda line: line.state not in TRANSITIONS[state])
        if stuck:
            labels = dict(lines._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "These attendees cannot become “%(state)s”: %(names)s",
                    state=labels[state],
                    names=", ".join(
                        f"{line.attendee_name} ({labels[line.state]})" for line in stuck[:10]
                    ),
                )
            )
        lines.sudo().write({"state": state, **values})

    @api.model
    def _tell_registrations(self, lines):
        """Tell the registrations of these lines where their last line stands.

        Withdrawn lines are left aside: their attendees are free.
        """
        registrations = lines.sudo().registration_id
        found = lines.sudo().search_fetch(
            [("registration_id", "in", registrations.ids), ("state", "!=", "withdrawn")],
            ["registration_id", "state"],
            order="id",
        )
        last = {line.registration_id.id: line.state for line in found}
        for state, those in registrations.grouped(lambda reg: last.get(reg.id, False)).items():
            those.filtered(lambda reg, state=state: reg.passport_line_state != state).write(
                {"passport_line_state": state}
            )
        self.env["passport.refresh"]._declared(registrations)

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    @api.model
    def _follow_deposit(self, declarations):
        """Have the lines of these declarations say whether they are in a deposit."""
        lines = declarations.sudo().line_ids
        entering = lines.filtered(lambda line: line.state == "prepared" and line.deposit_id)
        leaving = lines.filtered(lambda line: line.state == "in_deposit" and not line.deposit_id)
        self._move(entering, "in_deposit")
        self._move(leaving, "prepared")

    @api.model
    def _deposit(self, lines):
        """Record that these lines were given to the authority now.

        :returns: the values that say who and when
        """
        values = {"deposited_on": fields.Datetime.now(), "deposited_by_id": self.env.uid}
        self._move(lines, "deposited", **values)
        return values

    @api.model
    def _withdraw(self, lines, reason=False):
        """Take attendees out of their declaration: they are free to be declared anew.

        Whoever was sent must be deleted with the authority first; the caller asked for that.

        :raises UserError: the line is rejected or withdrawn already, or its file is generated
            but not deposited
        """
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
        lines.deposit_id._follow_answers()

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
