from odoo import api, fields, models

from ...tools.return_file import hide_numbers
from ...tools.text import clean_text
from .passport_declaration_return import CODE_FIELDS


class PassportDeclarationLine(models.Model):
    """Rejections: the known reason behind the portal's words, and whether it was mended since.

    A rejected attendee is not declared again by itself: until what the reason blames has changed,
    or somebody says to have checked it, the same file would be rejected again.
    """

    _inherit = "passport.declaration.line"

    reject_reason_id = fields.Many2one(
        "passport.reject.reason",
        string="Kind of Rejection",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    checked_on = fields.Datetime(
        readonly=True, help="Somebody found the data right after the rejection: declare again."
    )
    checked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    def _reject(self, reason, known_reason=None):
        """Record that the portal rejected these attendees, with its reason.

        :param reason: the portal's words; what looks like a NIR in them is not kept
        :param known_reason: the ``passport.reject.reason``, else it is recognised in the words
        """
        self._reject_many(dict.fromkeys(self, reason), known_reason)

    @api.model
    def _reject_many(self, reasons, known_reason=None, whole_file=False):
        """Reject many attendees, each with its own reason, and tell who can mend them.

        :param reasons: ``{line: the portal's words}``
        :param known_reason: the same known reason for all, else each is recognised
        :param whole_file: one fault of the file, so one task and not one for each record
        """
        lines = self.browse(line.id for line in reasons)
        lines._answer("rejected")
        by_reason = {}
        for line, reason in reasons.items():
            text = clean_text(hide_numbers(reason))
            by_reason[text] = by_reason.get(text, self.browse()) | line
        for text, rejected in by_reason.items():
            known = known_reason or self.env["passport.reject.reason"]._recognise(text)
            rejected.sudo().write(
                {
                    "reject_reason": text,
                    "reject_reason_id": known.id,
                    "rejected_as_file": whole_file,
                }
            )
        lines.sudo()._schedule_corrections()

    def _forget_rejection(self):
        """Forget why the portal rejected these attendees: it was recorded by mistake."""
        self.sudo().write(
            {
                "reject_reason": False,
                "reject_reason_id": False,
                "rejected_as_file": False,
                "checked_on": False,
                "checked_by_id": False,
            }
        )

    # ------------------------------------------------------------
    # What a rejection blames
    # ------------------------------------------------------------

    def _reject_kind(self):
        """Return what the reason of this line says to mend, see ``passport.reject.reason``."""
        self.ensure_one()
        kind = self.reject_reason_id.kind or "other"
        # Nothing to mend there: the attendee was declared without an employer.
        return "other" if kind == "employer" and not self.employer_id else kind

    def _culprit(self):
        """Return the record where the cause of this rejection is mended."""
        self.ensure_one()
        return {
            "person": self.partner_id,
            "employer": self.employer_id,
            "training": self.training_id,
            "other": self.registration_id,
        }[self._reject_kind()]

    def _mended(self):
        """Return those of these rejected lines that may be declared again.

        Somebody checked them, or what their reason blames is no longer what was declared. To be
        called as superuser.
        """
        entered = self._nir_entered_on()
        tests = {
            "person": lambda line: line._is_person_changed(entered),
            "employer": lambda line: line._is_employer_changed(),
            "training": lambda line: line.declaration_id._has_changed(
                line.registration_id, CODE_FIELDS
            ),
            "other": lambda line: bool(
                line._stale() or line.declaration_id._has_changed(line.registration_id)
            ),
        }
        return self.filtered(lambda line: line.checked_on or tests[line._reject_kind()](line))

    def _nir_entered_on(self):
        """Return ``{person id: when the NIR was entered}`` for the people of these lines."""
        people = self.partner_id
        if not people:
            return {}
        rows = self.env["passport.nir"].search_fetch(
            [("partner_id", "in", people.ids)], ["partner_id", "collected_on"]
        )
        return {row.partner_id.id: row.collected_on for row in rows}

    def _is_person_changed(self, entered):
        person = self.registration_id.attendee_partner_id
        if person != self.partner_id or person.birth_name != self.birth_name:
            return True
        # What the portal judged is the number as it was when the file was made.
        judged_on = self.deposit_id.generated_on or self.answered_on
        collected_on = entered.get(person.id)
        return bool(collected_on and judged_on and collected_on > judged_on)

    def _is_employer_changed(self):
        now = self._values_of_registration(self.registration_id)
        return any(now[fname] != self[fname] for fname in ("has_employer", "siret"))
