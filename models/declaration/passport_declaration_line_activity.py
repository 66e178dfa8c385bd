from markupsafe import Markup

from odoo import api, fields, models

from ..ground.passport_rights import DECLARANT_GROUP, USER_GROUP

ACTIVITY_TYPE = "passeport_prevention.mail_activity_type_correct"
# How many different reasons an activity lists.
SHOWN_REASONS = 3
# By which field rejected lines blame a record of each model.
BLAMING_FIELDS = {
    "res.partner": ("partner_id", "employer_id"),
    "product.template": ("training_id",),
    "passport.deposit": ("deposit_id",),
    "passport.declaration": ("declaration_id",),
}


class PassportDeclarationLine(models.Model):
    """Tells whoever can mend a rejection, once for each record to mend, and takes it back by itself."""

    _inherit = "passport.declaration.line"

    rejected_as_file = fields.Boolean(
        readonly=True, help="Rejected with the whole file, for one fault of it."
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._tell_registrations()
        # Declared again: what was still open about the earlier rejection is done.
        before = lines.sudo().registration_id.passport_line_ids - lines.sudo()
        before.filtered(lambda line: line.state == "rejected")._close_corrections()
        return lines

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    def _task_record(self):
        """Return the record on which this rejection is to be mended, as a task for somebody.

        Where there is nothing particular to mend, or the whole file was rejected, it is one task on
        the deposit (the declaration, if typed into the web form).
        """
        self.ensure_one()
        if self.rejected_as_file or self._reject_kind() == "other":
            return self.deposit_id or self.declaration_id
        return self._culprit()

    def _schedule_corrections(self):
        """Schedule one activity for each record these rejected lines blame, unless it has one.

        No e-mail for each: they show in the clock of Odoo's bar. To be called as superuser.
        """
        by_record = {}
        for line in self:
            record = line._task_record()
            by_record[record] = by_record.get(record, self.browse()) | line
        activity_type = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        if not activity_type:
            return
        taken = {_key(activity) for activity in self._corrections(by_record)}
        keepers = self._nir_keepers()
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "date_deadline": activity_type._get_date_deadline(),
                    "res_model_id": self.env["ir.model"]._get_id(record._name),
                    "res_id": record.id,
                    "summary": self.env._("Rejected by the portal: to mend"),
                    "note": lines._correction_note(),
                    "user_id": lines[0]._correction_user(keepers).id,
                }
                for record, lines in by_record.items()
                if (record._name, record.id) not in taken
            ]
        )

    def _correction_note(self):
        reasons = list(dict.fromkeys(filter(None, self.mapped("reject_reason"))))
        advice = self.reject_reason_id[:1].advice
        parts = [
            " ; ".join(reasons[:SHOWN_REASONS]) + ("…" if len(reasons) > SHOWN_REASONS else ""),
            advice,
            self.env._(
                "Attendees: %(count)s (%(places)s). Then declare them again from the menu “To Correct”.",
                count=len(self),
                places=", ".join(
                    sorted(set((self.deposit_id or self.declaration_id).mapped("name")))
                ),
            ),
        ]
        return Markup().join(Markup("<p>%s</p>") % part for part in parts if part)

    def _nir_keepers(self):
        """Return ``{person id: the user who entered the NIR}`` for these lines."""
        rows = (
            self.env["passport.nir"]
            .sudo()
            .search_fetch(
                [("partner_id", "in", self.partner_id.ids)], ["partner_id", "collected_by_id"]
            )
        )
        return {row.partner_id.id: row.collected_by_id for row in rows}

    def _correction_user(self, keepers):
        """Return who shall mend this rejection: of those who had it in hand, the first who may."""
        self.ensure_one()
        kind = self._reject_kind()
        deposit = self.deposit_id
        users = [
            self.event_id.user_id,
            deposit.deposited_by_id,
            deposit.generated_by_id,
            deposit.create_uid,
            self.declaration_id.create_uid,
            self.env.user,
        ]
        if kind == "person":
            users.insert(0, keepers.get(self.partner_id.id, self.env["res.users"]))
        # NIRs and trainings are mended by declarants.
        groups = [DECLARANT_GROUP] if kind in ("person", "training") else []
        for group in [*groups, USER_GROUP]:
            for user in users:
                if user and user._follows_declarations(self.company_id, group):
                    return user
        return self.env.user

    # ------------------------------------------------------------
    # Taking back
    # ------------------------------------------------------------

    def _close_corrections(self):
        """Close the activities about these rejected lines, where nobody is left to mend for."""
        lines = self.sudo()
        records = [
            *lines.partner_id,
            *lines.employer_id,
            *lines.training_id,
            *lines.deposit_id,
            *lines.declaration_id,
        ]
        self._close_corrections_of(records)

    @api.model
    def _close_corrections_of(self, records):
        """Close the activities on ``records`` (of any models) with nobody left to mend for."""
        self._close_done(self._corrections(records))

    @api.autovacuum
    def _gc_corrections(self):
        """Close the activities that lost their reason in some other way."""
        activity_type = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        if activity_type:
            domain = [("activity_type_id", "=", activity_type.id)]
            self._close_done(self.env["mail.activity"].sudo().search(domain))

    @api.model
    def _close_done(self, activities):
        if not activities:
            return
        to_mend = self._tasks_left(activities)
        done = activities.filtered(lambda activity: _key(activity) not in to_mend)
        done.action_feedback(feedback=self.env._("Mended, checked or declared again."))

    @api.model
    def _corrections(self, records):
        """Return the open activities about rejections on ``records``."""
        activities = self.env["mail.activity"].sudo()
        # Without the query of env.ref(): this is asked on each write of a contact.
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(
            ACTIVITY_TYPE, raise_if_not_found=False
        )
        ids = {}
        for record in records:
            ids.setdefault(record._name, []).append(record.id)
        if not type_id or not ids:
            return activities
        places = fields.Domain.OR(
            [("res_model", "=", model), ("res_id", "in", found)] for model, found in ids.items()
        )
        return activities.search(fields.Domain("activity_type_id", "=", type_id) & places)

    @api.model
    def _tasks_left(self, activities):
        """Return ``{(model, id)}`` of the records that rejected attendees still wait for."""
        domain = fields.Domain.OR(
            fields.Domain(fname, "in", found.mapped("res_id"))
            for model, found in activities.grouped("res_model").items()
            for fname in BLAMING_FIELDS.get(model, ())
        )
        blaming = self.sudo().search(fields.Domain("state", "=", "rejected") & domain)
        waiting = blaming & blaming.registration_id._rejected_lines()
        waiting = waiting.filtered(lambda line: not line.registration_id._is_passport_cancelled())
        return {
            (record._name, record.id)
            for record in ((line._task_record()) for line in waiting - waiting._mended())
        }


def _key(activity):
    return activity.res_model, activity.res_id
