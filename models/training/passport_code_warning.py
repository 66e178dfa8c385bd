from odoo import api, models

from ..ground.passport_rights import DECLARANT_GROUP
from .training_code_source import ACTIVITY
from .training_reference import CODE_FIELDS

BATCH = 500
# Who is asked what is wrong with the codes of trainings, in the order in which it is told:
# ``_code_warnings(trainings)`` → ``{training: text}``.
WARNING_SOURCES = (
    "passport.code.expiry",
    "passport.code.archived",
    "passport.code.obligation",
)


class PassportCodeWarning(models.AbstractModel):
    """What is wrong with the codes of trainings, told before any attendee is blocked by it."""

    _name = "passport.code.warning"
    _description = "Warnings of Official Codes"

    @api.model
    def _of(self, products):
        """Return what is wrong with the codes of these trainings, in a constant number of queries.

        Archived trainings and those that are not to be declared are left alone.

        :returns: ``{training: [text, …]}``, of those with something wrong
        """
        trainings = products.filtered(
            lambda product: (
                product.active
                and product.service_tracking == "event"
                and product.is_passport_training
                and not product.passport_exclusion
                and "no" not in product._passport_answers()
            )
        )
        warnings = {}
        for source in WARNING_SOURCES if trainings else ():
            for training, text in self.env[source]._code_warnings(trainings).items():
                warnings.setdefault(training, []).append(text)
        return warnings

    @api.model
    def _keep_activities(self, batch=BATCH):
        """Keep one activity on each training whose codes are to be checked, and on no other."""
        products = self.env["product.template"].with_context(active_test=False)
        domain = [("service_tracking", "=", "event")]
        self.env["ir.cron"]._commit_progress(remaining=products.search_count(domain))
        last_id = 0
        while found := products.search([*domain, ("id", ">", last_id)], limit=batch, order="id"):
            last_id = found[-1].id
            self._sync_activities(found)
            remaining = products.search_count([*domain, ("id", ">", last_id)])
            if not self.env["ir.cron"]._commit_progress(len(found), remaining=remaining):
                break

    @api.model
    def _sync_activities(self, products):
        """Open, refresh and close the activities about the codes of these trainings."""
        activities = self._activities(products)
        by_training = activities.grouped("res_id")
        new, kept = [], self.env["mail.activity"]
        for user, trainings in self._responsibles(products).items():
            # Once for each language, since the text is kept.
            speaking = trainings.with_context(lang=user.lang or self.env.lang)
            for training, lines in self.with_env(speaking.env)._of(speaking).items():
                note = "<br/>".join(lines)
                if activity := by_training.get(training.id, self.env["mail.activity"])[:1]:
                    kept |= activity
                    if _text(activity.note) != _text(note):
                        activity.note = note
                elif user:
                    new.append(self._activity_values(training, user, note))
        (activities - kept).unlink()
        self.env["mail.activity"].create(new)

    def _activities(self, products):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", products._name),
                ("res_id", "in", products.ids),
                ("activity_type_id", "=", self.env.ref(ACTIVITY).id),
                ("automated", "=", True),
            ]
        )

    def _responsibles(self, products):
        """Return ``{user: trainings}``: to whom the activities of each training go."""
        rights = self.env["passport.rights"]
        people = {
            company: rights._responsible(DECLARANT_GROUP, company)
            for company in products.company_id | self.env["res.company"]
        }
        people[self.env["res.company"]] = rights._responsible(DECLARANT_GROUP)
        return products.grouped(lambda product: people[product.company_id])

    def _activity_values(self, training, user, note):
        return {
            "res_model_id": self.env["ir.model"]._get_id(training._name),
            "res_id": training.id,
            "activity_type_id": self.env.ref(ACTIVITY).id,
            "automated": True,
            "summary": training.env._("Official codes to check"),
            "note": note,
            "user_id": user.id,
            "date_deadline": self.env["passport.clock"]._today(),
        }


class PassportCodeArchived(models.AbstractModel):
    """Which trainings use codes that are no longer in the official lists?"""

    _name = "passport.code.archived"
    _description = "Archived Codes of Trainings"

    @api.model
    def _code_warnings(self, trainings):
        texts = {training: self._text(training) for training in trainings}
        return {training: text for training, text in texts.items() if text}

    def _text(self, training):
        codes = self.env["training.code"]
        for fname in ("rs_code_id", "rome_code_ids") if training.is_certifying else CODE_FIELDS:
            codes |= training[fname]
        archived = codes.filtered(lambda code: not code.active)
        if not archived:
            return None
        return training.env._(
            "No longer in the official lists, or archived by you: %s. Choose other codes.",
            ", ".join(archived.mapped("code")),
        )


def _text(note):
    """Return a note without what the editor changes in its tags."""
    return "".join(str(note or "").replace("<p>", "").replace("</p>", "").split()).replace("/", "")
