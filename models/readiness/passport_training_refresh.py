from functools import partial

from odoo import api, models
from odoo.fields import Domain

from ...tools.authority_file import DOCUMENTS
from ..ground.parts import in_parts
from ..ground.selections import LIVE_STATES, SENT_STATES
from .passport_readiness import REFRESHED_AT_ONCE

# What of a training decides about its attendees; the answers decide through `passport_eligible`.
DECIDING_FIELDS = {
    "name",
    "passport_eligible",
    "passport_aims_prevention",
    "passport_gives_proof",
    "passport_is_transferable",
    "passport_exclusion",
    "passport_document",
    "is_certifying",
    "rs_code_id",
    "formacode_ids",
    "nsf_code_ids",
    "rome_code_ids",
    "jdr_type",
    "jdr_name",
    "jdr_option",
    "jdr_mode",
}
# What a rejection blames where it is not for the training to be corrected.
BLAMED_ELSEWHERE = ("return_nir_unknown", "return_siret_unknown")
# What each attendee is told of a field of the training, and who stays as they are: those whose line is in
# one of these states. Not said by dependencies: these would have all who are declared read again.
TOLD_ATTENDEES = {
    "validity_months": (("validity_end_date",), LIVE_STATES),
    "passport_category": (("passport_deadline", "passport_obligation"), SENT_STATES),
}


class PassportTrainingRefresh(models.AbstractModel):
    """Whose readiness is to be told anew when a training changes? Follows trainings.

    A training may have a hundred thousand attendees, most of them declared. Those are not looked at
    again, nor are the others as long as the change decides nothing: a training that is called
    otherwise has the same attendees ready. Only who was rejected is, for any change of what is
    declared, unless for the person or the employer: it may be what the rejection asked for.
    """

    _name = "passport.training.refresh"
    _description = "Readiness after a Change of Trainings"

    @api.model
    def _before(self, trainings, values):
        """Return what decides about the attendees of each training, or nothing where none of it
        changes."""
        return None if DECIDING_FIELDS.isdisjoint(values) else self._deciding(trainings)

    @api.model
    def _after(self, trainings, values, before):
        self._tell_attendees(trainings, values)
        if before is None:
            return
        after = self._deciding(trainings)
        ours = trainings.filtered(lambda one: one.id in before or one.id in after)
        if not ours:
            return
        changed = ours.filtered(lambda one: before.get(one.id) != after.get(one.id))
        of_changed = Domain("training_id", "in", changed.ids) & Domain(
            "passport_line_state", "in", (False, "rejected")
        )
        kinds = self.env["passport.issue"]._kinds()
        elsewhere = [kinds[code].id for code in BLAMED_ELSEWHERE if code in kinds]
        rejected = (
            Domain("training_id", "in", ours.ids)
            & Domain("passport_line_state", "=", "rejected")
            & Domain("passport_issue_ids", "not in", elsewhere)
        )
        self.env["passport.readiness"]._refresh(self._attendees(of_changed | rejected))

    @api.model
    def _tell_attendees(self, trainings, values):
        """Have what follows from a training told anew to those for whom it is not settled."""
        for name in TOLD_ATTENDEES.keys() & set(values):
            fnames, settled = TOLD_ATTENDEES[name]
            attendees = self._attendees(
                Domain("training_id", "in", trainings.ids)
                & Domain("passport_line_state", "not in", settled)
            )
            in_parts(attendees, partial(_tell_anew, fnames), REFRESHED_AT_ONCE)

    @api.model
    def _attendees(self, domain):
        return self.env["event.registration"].sudo().with_context(active_test=False).search(domain)

    def _deciding(self, trainings):
        check = self.env["passport.training.check"]
        return {
            training.id: (
                training.passport_eligible,
                training.passport_document,
                training.is_certifying,
                training.rs_code_id.id,
                *(
                    frozenset(code for code, _params in check._faults(training, document))
                    for document in DOCUMENTS
                ),
            )
            # Who is nobody's training has no attendee that could be declared, before or after.
            for training in trainings.sudo()
            if training.is_passport_training
        }


def _tell_anew(fnames, attendees):
    """Have these fields computed again, and what follows from them."""
    for fname in fnames:
        attendees.env.add_to_compute(attendees._fields[fname], attendees)
    attendees.modified(fnames)
