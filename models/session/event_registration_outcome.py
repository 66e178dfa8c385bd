from odoo import api, fields, models
from odoo.exceptions import UserError

# With one of these the person was there.
ATTENDED_OUTCOMES = ("attended", "passed", "failed")
NAMES_SHOWN = 10


class EventRegistration(models.Model):
    """After the session: who was there, and who passed, for a whole session at once.

    The outcome and Odoo's own attendance (state “Attended”, the badge scan) say the same: marking
    one marks the other. What is in a declaration stays as it was declared.
    """

    _inherit = "event.registration"

    @api.depends("state")
    def _compute_outcome(self):
        result = super()._compute_outcome()
        for registration in self:
            if registration.state == "done" and registration.outcome == "absent":
                registration.outcome = "attended"  # came late, and was scanned
            elif registration.state in ("draft", "open") and registration.outcome == "attended":
                registration.outcome = registration._passport_is_frozen() and "attended"
        return result

    def write(self, vals):
        if "outcome" not in vals:
            return super().write(vals)
        self._check_outcome(vals["outcome"])
        if "state" in vals:
            return super().write(vals)
        attended = vals["outcome"] in ATTENDED_OUTCOMES
        moved = self.filtered(
            lambda registration: (
                registration.state in (("draft", "open") if attended else ("done",))
            )
        )
        state = "done" if attended else "open"
        super(EventRegistration, moved).write({**vals, "state": state})
        return super(EventRegistration, self - moved).write(vals)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_outcome_attended(self):
        """Mark these as attended; without any chosen, those of the session not marked yet."""
        registrations = self or self._unmarked_of_session((False,))
        registrations._mark_outcome("attended")

    def action_outcome_passed(self):
        """Mark these as passed; without any chosen, those of the session without another result."""
        registrations = self or self._unmarked_of_session((False, "attended"))
        registrations._check_gives_certificate()
        registrations._mark_outcome("passed")

    def action_outcome_failed(self):
        """Mark these as failed: they attended, and get an attestation instead of the certificate."""
        self._check_gives_certificate()
        self._mark_outcome("failed")

    def action_outcome_absent(self):
        """Mark these as absent: there is nothing to declare for them."""
        self._mark_outcome("absent")

    def action_outcome_undo(self):
        """Take the marks of these back, as if the session had not been called over yet."""
        self._mark_outcome(False)

    @api.model
    def _unmarked_of_session(self, outcomes):
        """Return the attendees of the session in the context who have one of ``outcomes``."""
        event_id = self.env.context.get("passport_outcome_event_id")
        registrations = self.search(
            [
                ("event_id", "=", event_id),
                ("state", "!=", "cancel"),
                ("outcome", "in", list(outcomes)),
            ]
        )
        return registrations.filtered(lambda registration: not registration._passport_is_frozen())

    def _mark_outcome(self, outcome):
        self._check_not_cancelled()
        if outcome:
            self._check_begun()
        self.filtered(lambda registration: registration.outcome != outcome).write(
            {"outcome": outcome}
        )

    # ------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------

    def _check_outcome(self, outcome):
        """Refuse an outcome for a session to come, and another one than the one declared.

        :raises UserError: names the attendees, and the declaration to cancel
        """
        changing = self.filtered(lambda registration: registration.outcome != (outcome or False))
        if outcome:
            changing._check_begun()
        lines = changing.sudo().passport_line_ids.filtered("is_live")
        if lines:
            raise UserError(
                self.env._(
                    "These attendees are in a declaration, their result stays as declared: %(names)s. "
                    "To change it, first cancel the declaration, or record that the portal "
                    "rejected them.",
                    names=", ".join(
                        f"{line.registration_id.name} ({line.declaration_id.name})"
                        for line in lines[:NAMES_SHOWN]
                    ),
                )
            )

    def _check_begun(self):
        now = fields.Datetime.now()
        coming = self.filtered(
            lambda registration: (registration._passport_session_moments()[0] or now) > now
        )
        if coming:
            raise UserError(
                self.env._(
                    "The session %(session)s has not begun yet: attendance and results are marked "
                    "from its first day on.",
                    session=coming[0].event_slot_id.display_name or coming[0].event_id.display_name,
                )
            )

    def _check_not_cancelled(self):
        cancelled = self.filtered(lambda registration: registration.state == "cancel")
        if cancelled:
            raise UserError(
                self.env._(
                    "These registrations are cancelled. Leave them out, or confirm them again first: "
                    "%(names)s",
                    names=", ".join(cancelled[:NAMES_SHOWN].mapped("display_name")),
                )
            )

    def _check_gives_certificate(self):
        others = self.event_id.filtered(lambda event: event.training_id.passport_document != "jdr")
        if others:
            raise UserError(
                self.env._(
                    "%(session)s: its training gives an attestation, which nobody passes or fails. "
                    "Mark who attended, or choose the certificate of success on the training.",
                    session=others[0].display_name,
                )
            )
