from functools import cache

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import groupby

from ..ground.passport_rights import DECLARANT_GROUP, USER_GROUP
from .passport_rejection import CULPRITS

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
# What of a contact, or a training, a rejection can blame: written, it may be corrected.
PERSON_FIELDS = {"birth_name", "company_registry"}
TRAINING_FIELDS = {
    "is_certifying",
    "rs_code_id",
    "formacode_ids",
    "nsf_code_ids",
    "rome_code_ids",
}
# What is read of each line to tell of it.
TOLD_FIELDS = (
    "company_id",
    "declaration_id",
    "deposit_id",
    "employer_id",
    "event_id",
    "partner_id",
    "registration_id",
    "reject_reason",
    "reject_reason_id",
    "rejected_as_file",
    "training_id",
)
# With one of these a registration may have nothing left to correct.
REGISTRATION_FIELDS = {"employer_id", "without_employer", "attendee_partner_id", "state", "active"}


class PassportCorrections(models.AbstractModel):
    """Tells whoever can correct a rejection, once for each record, and takes it back by itself."""

    _name = "passport.corrections"
    _description = "Corrections after Rejections"

    # ------------------------------------------------------------
    # Followers of what is corrected
    # ------------------------------------------------------------

    @api.model
    def _after_partner_write(self, partners, values, memo):
        # Who writes on many people one by one sees to their activities together, afterwards.
        later = self.env.context.get("passport_close_later")
        if not later and not PERSON_FIELDS.isdisjoint(values):
            self._close_on(partners)

    @api.model
    def _after_numbers(self, given, gone, touched):
        """Follow numbers that come and go."""
        self._close_on(given)

    @api.model
    def _after_training_write(self, trainings, values, memo):
        if not TRAINING_FIELDS.isdisjoint(values):
            self._close_on(trainings)

    @api.model
    def _before_registration_write(self, registrations, values):
        """Look up what a change of registrations may correct: who is moved must not hide it."""
        if REGISTRATION_FIELDS.isdisjoint(values):
            return None
        rejected = registrations.filtered(lambda one: one.passport_line_state == "rejected")
        return rejected and self.env["passport.rejection"]._last_of(rejected)

    @api.model
    def _after_registration_write(self, registrations, values, memo):
        if memo:
            self._close_of(memo)

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    @api.model
    def _task_record(self, line):
        """Return the record on which this rejection is to be corrected, as a task for somebody.

        Where there is nothing particular to correct, or the whole file was rejected, it is one task on
        the deposit (the declaration, if typed into the web form).
        """
        kind = self.env["passport.rejection"]._kind(line)
        if line.rejected_as_file or kind == "other":
            return line.deposit_id or line.declaration_id
        return line[CULPRITS[kind]]

    @api.model
    def _schedule(self, lines):
        """Schedule one activity for each record these rejected lines blame, unless it has one.

        No e-mail for each: they show in the clock of Odoo's bar. To be called as superuser.
        """
        # In one query each for all, instead of for one record after another.
        lines.fetch(TOLD_FIELDS)
        lines.event_id.fetch(["user_id"])
        by_record = {
            record: lines.browse(line.id for line in found)
            for record, found in groupby(lines, self._task_record)
        }
        activity_type = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        if not activity_type:
            return
        model_ids = {
            name: self.env["ir.model"]._get_id(name)
            for name in {record._name for record in by_record}
        }
        deadline = activity_type._get_date_deadline()
        taken = {_key(activity) for activity in self._open_on(by_record)}
        keepers = self._nir_keepers(lines)
        # Few people look after many.
        follows = cache(self.env.registry["res.users"]._follows_declarations)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "date_deadline": deadline,
                    "res_model_id": model_ids[record._name],
                    "res_id": record.id,
                    # Given, it is not written once more after the rest.
                    "res_name": record.display_name,
                    "summary": self.env._("Rejected by the authority: to correct"),
                    "note": self._note(found),
                    "user_id": self._user_for(found[0], keepers, follows).id,
                }
                for record, found in by_record.items()
                if (record._name, record.id) not in taken
            ]
        )

    @api.model
    def _note(self, lines):
        reasons = list(dict.fromkeys(filter(None, lines.mapped("reject_reason"))))
        advice = lines.reject_reason_id[:1].advice
        parts = [
            " ; ".join(reasons[:SHOWN_REASONS]) + ("…" if len(reasons) > SHOWN_REASONS else ""),
            advice,
            self.env._(
                "Attendees: %(count)s (%(places)s). Then declare them again from the menu “To Correct”.",
                count=len(lines),
                places=", ".join(
                    sorted(set((lines.deposit_id or lines.declaration_id).mapped("name")))
                ),
            ),
        ]
        return Markup().join(Markup("<p>%s</p>") % part for part in parts if part)

    @api.model
    def _nir_keepers(self, lines):
        """Return ``{person id: the user who entered the NIR}`` for these lines."""
        rows = (
            self.env["passport.nir"]
            .sudo()
            .search_fetch(
                [("partner_id", "in", lines.partner_id.ids)], ["partner_id", "collected_by_id"]
            )
        )
        return {row.partner_id.id: row.collected_by_id for row in rows}

    @api.model
    def _user_for(self, line, keepers, follows):
        """Return who shall correct this rejection: of those who had it in hand, the first who may.

        :param keepers: who entered which NIR, see :meth:`_nir_keepers`
        :param follows: tells whether a user follows declarations of a company, in a group
        """
        kind = self.env["passport.rejection"]._kind(line)
        deposit = line.deposit_id
        users = [
            line.event_id.user_id,
            deposit.deposited_by_id,
            deposit.generated_by_id,
            deposit.create_uid,
            line.declaration_id.create_uid,
            self.env.user,
        ]
        if kind == "person":
            users.insert(0, keepers.get(line.partner_id.id, self.env["res.users"]))
        # NIRs and trainings are corrected by declarants.
        groups = [DECLARANT_GROUP] if kind in ("person", "training") else []
        for group in [*groups, USER_GROUP]:
            for user in users:
                if user and follows(user, line.company_id, group):
                    return user
        return self.env.user

    # ------------------------------------------------------------
    # Taking back
    # ------------------------------------------------------------

    @api.model
    def _close_of(self, lines):
        """Close the activities about these rejected lines, where nobody is left to correct for."""
        lines = lines.sudo()
        records = [
            *lines.partner_id,
            *lines.employer_id,
            *lines.training_id,
            *lines.deposit_id,
            *lines.declaration_id,
        ]
        self._close_on(records)

    @api.model
    def _close_on(self, records):
        """Close the activities on ``records`` (of any models) with nobody left to correct for."""
        self._close_done(self._open_on(records))

    @api.autovacuum
    def _gc_activities(self):
        """Close the activities that lost their reason in some other way."""
        activity_type = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        if activity_type:
            domain = [("activity_type_id", "=", activity_type.id)]
            self._close_done(self.env["mail.activity"].sudo().search(domain))

    @api.model
    def _close_done(self, activities):
        if not activities:
            return
        left = self._tasks_left(activities)
        done = activities.filtered(lambda activity: _key(activity) not in left)
        done.action_feedback(feedback=self.env._("Corrected, checked or declared again."))

    @api.model
    def _open_on(self, records):
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
        lines = self.env["passport.declaration.line"].sudo()
        blaming = lines.search(fields.Domain("state", "=", "rejected") & domain)
        waiting = blaming & self.env["passport.rejection"]._to_correct(blaming.registration_id)
        waiting = waiting.filtered(lambda line: not line.registration_id._is_passport_cancelled())
        records = map(self._task_record, waiting)
        return {(record._name, record.id) for record in records}


def _key(activity):
    return activity.res_model, activity.res_id
