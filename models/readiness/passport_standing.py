from odoo import api, models
from odoo.fields import Domain

# Where an attendee stands, in a user's eyes: the states, but for those who are blocked and cannot be
# helped yet, or not by us.
COMING, INCOMPLETE, EMPLOYER, REFUSED = "coming", "incomplete", "employer", "refused"
STANDINGS = [
    ("not_concerned", "Not concerned"),
    (COMING, "To come"),
    (INCOMPLETE, "To come, data missing"),
    ("blocked", "Blocked"),
    (EMPLOYER, "Left to the employer"),
    (REFUSED, "Not declared, NIR refused"),
    ("ready", "Ready"),
    ("in_progress", "In progress"),
    ("declared", "Declared"),
    ("rejected", "Rejected"),
]
# Whose data are blocked, and who are not: nothing can be done about them yet, or not by us.
LEFT = (EMPLOYER, REFUSED)
NOT_BLOCKED = (COMING, INCOMPLETE, *LEFT)


class PassportStanding(models.AbstractModel):
    """Who is blocked? One answer for lists, counts, tiles and the wizard.

    Nobody is before the end of the session: then it is told whether something is missing already. Who
    refuses to give the NIR is the employer's to declare, and nobody's without an employer.
    """

    _name = "passport.standing"
    _description = "Standing of Attendees"

    @api.model
    def _tell(self, registrations):
        """Fill ``passport_standing``."""
        waiting = self._waiting()
        for registration in registrations:
            standing = registration.passport_state
            if standing == "blocked":
                issues = registration.passport_issue_ids
                if waiting in issues:
                    missing = (issues - waiting).filtered("is_blocking")
                    standing = INCOMPLETE if missing else COMING
                elif not registration.passport_is_pending:
                    standing = EMPLOYER if self._has_employer(registration) else REFUSED
            registration.passport_standing = standing

    @api.model
    def _has_employer(self, registration):
        return registration.employer_id and not registration.without_employer

    @api.model
    def _domain(self, standings):
        """Return the domain of the attendees who stand so."""
        waiting = self._waiting()
        blocked = Domain("passport_state", "=", "blocked")
        coming = blocked & Domain("passport_issue_ids", "in", waiting.ids)
        over = blocked & Domain("passport_issue_ids", "not in", waiting.ids)
        missing = Domain(
            "passport_issue_ids",
            "any",
            Domain("is_blocking", "=", True) & Domain("id", "!=", waiting.id),
        )
        employed = Domain("employer_id", "!=", False) & Domain("without_employer", "=", False)
        refused = over & Domain("passport_is_pending", "=", False)
        domains = {
            COMING: coming & ~missing,
            INCOMPLETE: coming & missing,
            "blocked": over & Domain("passport_is_pending", "=", True),
            EMPLOYER: refused & employed,
            REFUSED: refused & ~employed,
        }
        return Domain.OR(
            domains.get(one, Domain("passport_state", "=", one)) for one in set(standings)
        )

    @api.model
    def _waiting(self):
        """Return the issue of those whose session is not over."""
        issues = self.env["passport.issue"].sudo()
        kind = issues._kinds().get("session_not_finished")
        return issues.browse(kind.id if kind else ())
