from odoo import api, models


class EventRegistrationAnswer(models.Model):
    """Answers to a session's questions: who sends a NIR is registered, and the number is not kept."""

    _inherit = "event.registration.answer"

    @api.model_create_multi
    def create(self, vals_list):
        hidden = [self._passport_hidden(vals) for vals in vals_list]
        answers = super().create(hidden)
        for answer, before, after in zip(answers, vals_list, hidden, strict=True):
            if before != after:
                answer._passport_tell()
        return answers

    def write(self, vals):
        hidden = self._passport_hidden(vals)
        result = super().write(hidden)
        if hidden != vals:
            for answer in self:
                answer._passport_tell()
        return result

    @api.model
    def _passport_hidden(self, vals):
        text = vals.get("value_text_box")
        if not text:
            return vals
        return {**vals, "value_text_box": self.env["passport.masking"]._text(text)}

    def _passport_tell(self):
        self.env["passport.masking"]._tell_on(self.registration_id.sudo())
