from odoo import api, models
from odoo.exceptions import UserError

from ..ground.selections import LIVE_STATES

OUTCOMES = [
    ("attended", "Attended"),
    ("passed", "Passed"),
    ("failed", "Failed"),
    ("absent", "Absent"),
]
HELP = (
    "Only those who attended are declared; passed or failed where the training gives a certificate "
    "of success."
)
# With one of these the person was there.
ATTENDED_OUTCOMES = ("attended", "passed", "failed")
# Those that only a training with a certificate of success has.
CERTIFIED_OUTCOMES = ("passed", "failed")
NAMES_SHOWN = 10
# Services that know where attendees are declared: each is asked ``_places(registrations)``, which
# returns ``{registration: name of the declaration}``.
PLACES = ("passport.declared",)


class PassportOutcome(models.AbstractModel):
    """After the session: who was there, and who passed, for a whole session at once.

    The outcome and Odoo's own attendance (state “Attended”, the badge scan) say the same: marking
    one marks the other. What is in a declaration stays as it was declared.
    """

    _name = "passport.outcome"
    _description = "Attendance and Results"

    @api.model
    def _mark(self, registrations, outcome, unmarked=()):
        """Mark the registrations.

        :param outcome: one of the field's values, or a false value to take the marks back
        :param unmarked: without registrations, mark those of the session in the context whose
            outcome is one of these
        :returns: the client action that tells how many were marked, and undoes it
        :raises UserError: names those it cannot be said of, and why
        """
        if not registrations and unmarked:
            registrations = self._of_session(registrations, unmarked)
            if outcome in CERTIFIED_OUTCOMES:
                registrations = registrations.filtered(self._gives_certificate)
        if outcome in CERTIFIED_OUTCOMES:
            self._check_gives_certificate(registrations)
        self._check_not_cancelled(registrations)
        if outcome:
            self._check_begun(registrations)
        marked = registrations.filtered(lambda registration: registration.outcome != outcome)
        before = self._before(marked)
        marked.write({"outcome": outcome})
        return {
            "type": "ir.actions.client",
            "tag": "passeport_prevention.marked",
            "params": {
                "message": self._told(outcome, len(marked)),
                "before": before,
                "outcome": outcome,
            },
        }

    @api.model
    def _told(self, outcome, count):
        """Return in words how many were marked."""
        if not count:
            return self.env._("Nobody is left to mark.")
        if not outcome:
            return self.env._("Marks taken back: %s", count)
        selection = self.env["event.registration"]._fields["outcome"]._description_selection
        label = dict(selection(self.env))[outcome]
        return self.env._("%(outcome)s: %(count)s", outcome=label, count=count)

    # ------------------------------------------------------------
    # Undo
    # ------------------------------------------------------------

    @api.model
    def _before(self, registrations):
        """Return what a mark replaces: ``[{"ids", "outcome", "state"}]``."""
        groups = registrations.grouped(lambda seat: (seat.outcome, seat.state))
        return [
            {"ids": seats.ids, "outcome": outcome, "state": state}
            for (outcome, state), seats in groups.items()
        ]

    @api.model
    def _restore(self, before, outcome):
        """Give registrations back what a mark replaced, where they still have that mark.

        :param before: see :meth:`_before`
        :param outcome: the mark to undo
        :raises UserError: some are in a declaration meanwhile
        """
        for group in before:
            seats = self.env["event.registration"].search(
                [("id", "in", group["ids"]), ("outcome", "=", outcome), ("state", "!=", "cancel")]
            )
            seats.write({"outcome": group["outcome"], "state": group["state"]})

    @api.model
    def _after_state(self, registration):
        """Return the outcome that goes with the state: Odoo's own attendance says the same.

        A result of its own ("passed", "failed") stays, and so does what was declared.
        """
        state, outcome = registration.state, registration.outcome
        if state == "done" and outcome in (False, "absent"):
            return "attended"  # the absent one came late, and was scanned
        taken_back = state in ("draft", "open") and outcome == "attended"
        if taken_back and not registration._passport_is_frozen():
            return False
        return outcome

    @api.model
    def _of_session(self, registrations, outcomes):
        """Return the attendees of the session in the context who have one of ``outcomes``.

        Those of a slot to come and those in a declaration are passed by.
        """
        event_id = self.env.context.get("passport_outcome_event_id")
        found = registrations.search(
            [
                ("event_id", "=", event_id),
                ("state", "!=", "cancel"),
                ("outcome", "in", list(outcomes)),
            ]
        )
        found -= self._not_begun(found)
        return found.filtered(lambda registration: not registration._passport_is_frozen())

    @api.model
    def _with_attendance(self, registrations, vals):
        """Split a change of registrations so that Odoo's own attendance says the same as the outcome.

        :returns: ``[(registrations, values)]``
        """
        if "outcome" not in vals or "state" in vals:
            return [(registrations, vals)]
        attended = vals["outcome"] in ATTENDED_OUTCOMES
        states = ("draft", "open") if attended else ("done",)
        moved = registrations.filtered(lambda registration: registration.state in states)
        state = "done" if attended else "open"
        return [(moved, {**vals, "state": state}), (registrations - moved, vals)]

    # ------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------

    @api.model
    def _registrations_changing(self, registrations, vals):
        if "outcome" in vals:
            self._check(registrations, vals["outcome"])

    @api.model
    def _check(self, registrations, outcome):
        """Refuse an outcome for a session to come, and another one than the one declared.

        :raises UserError: names the attendees, and their declarations
        """
        changing = registrations.filtered(
            lambda registration: registration.outcome != (outcome or False)
        )
        if outcome:
            self._check_begun(changing)
        declared = changing.filtered(
            lambda registration: registration.passport_line_state in LIVE_STATES
        )
        if declared:
            raise UserError(
                self.env._(
                    "These attendees are in a declaration, their result stays as declared: %(names)s. "
                    "To change it, first withdraw them from the declaration.",
                    names=self._names_with_places(declared[:NAMES_SHOWN]),
                )
            )

    @api.model
    def _names_with_places(self, registrations):
        places = {}
        for service in PLACES:
            places.update(self.env[service]._places(registrations))
        return ", ".join(
            f"{registration.name} ({places[registration]})"
            if registration in places
            else registration.name
            for registration in registrations
        )

    @api.model
    def _check_begun(self, registrations):
        if coming := self._not_begun(registrations):
            self._refuse(coming[0].event_slot_id or coming[0].event_id)

    @api.model
    def _not_begun(self, registrations):
        """Return those whose session, or slot of it, is to come."""
        now = self.env["passport.clock"]._now()
        return registrations.filtered(
            lambda registration: (registration._passport_session_moments()[0] or now) > now
        )

    @api.model
    def _check_session_begun(self, event):
        if event.date_begin > self.env["passport.clock"]._now():
            self._refuse(event)

    @api.model
    def _refuse(self, session):
        """Refuse marks in a session to come.

        :param session: an event or a slot
        """
        raise UserError(
            self.env._(
                "The session %(session)s has not begun yet: attendance and results are marked "
                "from its first day on.",
                session=session.display_name,
            )
        )

    @api.model
    def _check_not_cancelled(self, registrations):
        cancelled = registrations.filtered(lambda registration: registration.state == "cancel")
        if cancelled:
            raise UserError(
                self.env._(
                    "These registrations are cancelled. Leave them out, or confirm them again first: "
                    "%(names)s",
                    names=", ".join(cancelled[:NAMES_SHOWN].mapped("display_name")),
                )
            )

    @api.model
    def _gives_certificate(self, registration):
        """Tell whether the training of a registration is one that people pass or fail."""
        training = registration.training_id
        return training.passport_document == "jdr" or training.is_certifying

    @api.model
    def _event_gives_certificate(self, event):
        """Tell whether some of the people of a session pass or fail."""
        trainings = event.training_id | event.registration_ids.training_id
        return any(
            training.passport_document == "jdr" or training.is_certifying for training in trainings
        )

    @api.model
    def _check_gives_certificate(self, registrations):
        others = registrations.filtered(
            lambda registration: not self._gives_certificate(registration)
        )
        if others:
            raise UserError(
                self.env._(
                    "%(training)s gives an attestation, which nobody passes or fails. Mark who attended, "
                    "or choose the certificate of success on the training.",
                    training=others[0].training_id.display_name or others[0].event_id.display_name,
                )
            )
