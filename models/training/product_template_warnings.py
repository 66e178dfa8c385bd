from odoo import api, fields, models
from odoo.tools import format_date

from ...tools import authority_file, calendar
from .training_code_source import ACTIVITY
from .training_reference import CODE_FIELDS

BATCH = 500


class ProductTemplate(models.Model):
    """What is wrong with the codes of a training, told before any attendee is blocked by it."""

    _inherit = "product.template"

    passport_code_warning = fields.Text(
        string="Official Codes to Check", compute="_compute_passport_code_warning"
    )
    has_passport_code_warning = fields.Boolean(
        string="Has Official Codes to Check",
        compute="_compute_passport_code_warning",
        search="_search_has_passport_code_warning",
    )

    @api.depends(
        "active",
        "service_tracking",
        "passport_category",
        "passport_exclusion",
        "passport_aims_prevention",
        "passport_gives_proof",
        "passport_is_transferable",
        "is_certifying",
        "rs_code_id.valid_until",
        "rs_code_id.active",
        "rome_code_ids.active",
        "formacode_ids.active",
        "nsf_code_ids.active",
    )
    def _compute_passport_code_warning(self):
        warnings = self._passport_code_warnings()
        for product in self:
            lines = warnings.get(product)
            product.passport_code_warning = "\n".join(lines) if lines else False
            product.has_passport_code_warning = bool(lines)

    @api.model
    def _search_has_passport_code_warning(self, operator, value):
        if operator != "in":
            return NotImplemented
        products = self.sudo().search([("service_tracking", "=", "event")])
        found = products._passport_code_warnings()
        return [("id", "in", [product.id for product in found])]

    def _passport_code_warnings(self):
        """Return what is wrong with the codes of these trainings, in a constant number of queries.

        Archived trainings and those that are not to be declared are left alone.

        :returns: ``{training: [text, …]}``, of those with something wrong
        """
        trainings = self.filtered(
            lambda product: (
                product.active
                and product.service_tracking == "event"
                and not product.passport_exclusion
                and "no" not in product._passport_answers()
            )
        )
        last_ends = trainings._passport_last_session_ends()
        rules = self.env["passport.deadline.rule"]._rules()
        warnings = {}
        for training in trainings:
            texts = [
                training._passport_expiry_warning(last_ends.get(training._origin.id)),
                training._passport_archived_warning(),
                training._passport_competences_warning(rules),
            ]
            if texts := [text for text in texts if text]:
                warnings[training] = texts
        return warnings

    def _passport_last_session_ends(self):
        """Return ``{training id: last day of its last session to come}``."""
        certifying = self.filtered(lambda product: product.rs_code_id.valid_until)
        if not certifying:
            return {}
        events = self.env["event.event"].sudo()
        groups = events._read_group(
            [("training_id", "in", certifying.ids), ("date_end", ">=", fields.Datetime.now())],
            ["training_id"],
            ["date_end:max"],
        )
        return {training.id: moment.date() for training, moment in groups}

    def _passport_expiry_warning(self, last_end):
        code = self.rs_code_id
        if not self.is_certifying or not code.valid_until:
            return None
        day = format_date(self.env, code.valid_until)
        if code.valid_until < self.env["passport.clock"]._today():
            return self.env._(
                "The registration of %(code)s ended on %(day)s.", code=code.code, day=day
            )
        if last_end and code.valid_until < last_end:
            return self.env._(
                "The registration of %(code)s ends on %(day)s, before a session that ends on "
                "%(end)s.",
                code=code.code,
                day=day,
                end=format_date(self.env, last_end),
            )
        return None

    def _passport_archived_warning(self):
        fnames = ("rs_code_id", "rome_code_ids") if self.is_certifying else CODE_FIELDS
        codes = self.env["training.code"]
        for fname in fnames:
            codes |= self[fname]
        archived = codes.filtered(lambda code: not code.active)
        if not archived:
            return None
        return self.env._(
            "No longer in the official lists, or archived by you: %s. Choose other codes.",
            ", ".join(archived.mapped("code")),
        )

    def _passport_competences_warning(self, rules):
        fewest = authority_file.column("adf", "COMPETENCE_TRANSFERABLE").count[0]
        count = len(self.rome_code_ids)
        today = self.env["passport.clock"]._today()
        category = self.passport_category
        if count >= fewest or not category or not calendar.is_mandatory(today, category, rules):
            return None
        return self.env._(
            "This category is to be declared: %(count)s ROME competences of the %(min)s needed.",
            count=count,
            min=fewest,
        )

    # ------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------

    @api.model
    def _cron_code_warnings(self, batch=BATCH):
        """Keep one activity on each training whose codes are to be checked, and on no other."""
        products = self.with_context(active_test=False)
        domain = [("service_tracking", "=", "event")]
        self.env["ir.cron"]._commit_progress(remaining=products.search_count(domain))
        last_id = 0
        while found := products.search([*domain, ("id", ">", last_id)], limit=batch, order="id"):
            last_id = found[-1].id
            found._sync_code_activities()
            remaining = products.search_count([*domain, ("id", ">", last_id)])
            if not self.env["ir.cron"]._commit_progress(len(found), remaining=remaining):
                break

    def _sync_code_activities(self):
        """Open, refresh and close the activities about the codes of these trainings."""
        kind = self.env.ref(ACTIVITY)
        activities = self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
                ("automated", "=", True),
            ]
        )
        by_training = activities.grouped("res_id")
        # Once for each language, since the text is kept.
        people = {
            company: self.env["res.users"]._passport_responsible(
                "group_passport_declarant", company
            )
            for company in self.company_id | self.env["res.company"]
        }
        people[self.env["res.company"]] = self.env["res.users"]._passport_responsible(
            "group_passport_declarant"
        )
        new, kept = [], self.env["mail.activity"]
        for user, trainings in self.grouped(lambda product: people[product.company_id]).items():
            speaking = trainings.with_context(lang=user.lang or self.env.lang)
            for training, lines in speaking._passport_code_warnings().items():
                note = "<br/>".join(lines)
                if activity := by_training.get(training.id, self.env["mail.activity"])[:1]:
                    kept |= activity
                    if _text(activity.note) != _text(note):
                        activity.note = note
                elif user:
                    new.append(training._code_activity_values(kind, user, note))
        (activities - kept).unlink()
        self.env["mail.activity"].create(new)

    def _code_activity_values(self, kind, user, note):
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": kind.id,
            "automated": True,
            "summary": self.env._("Official codes to check"),
            "note": note,
            "user_id": user.id,
            "date_deadline": self.env["passport.clock"]._today(),
        }


def _text(note):
    """Return a note without what the editor changes in its tags."""
    return "".join(str(note or "").replace("<p>", "").replace("</p>", "").split()).replace("/", "")
