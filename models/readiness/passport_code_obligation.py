from odoo import api, models

from ...tools import authority_file, calendar


class PassportCodeObligation(models.AbstractModel):
    """Which trainings that are to be declared by now lack ROME competences?"""

    _name = "passport.code.obligation"
    _description = "Codes That the Obligation to Declare Asks For"

    @api.model
    def _code_warnings(self, trainings):
        rules = self.env["passport.deadline.rule"]._rules()
        today = self.env["passport.clock"]._today()
        fewest = authority_file.column("adf", "COMPETENCE_TRANSFERABLE").count[0]
        return {
            training: training.env._(
                "This category is to be declared: %(count)s ROME competences of the %(min)s needed.",
                count=len(training.rome_code_ids),
                min=fewest,
            )
            for training in trainings
            if len(training.rome_code_ids) < fewest
            and training.passport_category
            and calendar.is_mandatory(today, training.passport_category, rules)
        }
