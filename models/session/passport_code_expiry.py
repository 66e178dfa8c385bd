from odoo import api, models
from odoo.tools import format_date


class PassportCodeExpiry(models.AbstractModel):
    """Which trainings lead to a certification that has ended, or ends before one of their sessions?"""

    _name = "passport.code.expiry"
    _description = "Registrations of Certifications That End"

    @api.model
    def _code_warnings(self, trainings):
        certifying = trainings.filtered(
            lambda training: training.is_certifying and training.rs_code_id.valid_until
        )
        ends = self._last_session_ends(certifying)
        texts = {
            training: self._text(training, ends.get(training._origin.id)) for training in certifying
        }
        return {training: text for training, text in texts.items() if text}

    def _last_session_ends(self, trainings):
        """Return ``{training id: last day of its last session to come}``."""
        if not trainings:
            return {}
        clock = self.env["passport.clock"]
        groups = (
            self.env["event.event"]
            .sudo()
            ._read_group(
                [("training_id", "in", trainings.ids), ("date_end", ">=", clock._now())],
                ["training_id"],
                ["date_end:max"],
            )
        )
        return {training.id: clock._day_of(moment) for training, moment in groups}

    def _text(self, training, last_end):
        env, code = training.env, training.rs_code_id
        day = format_date(env, code.valid_until)
        if code.valid_until < self.env["passport.clock"]._today():
            return env._("The registration of %(code)s ended on %(day)s.", code=code.code, day=day)
        if last_end and code.valid_until < last_end:
            return env._(
                "The registration of %(code)s ends on %(day)s, before a session that ends on "
                "%(end)s.",
                code=code.code,
                day=day,
                end=format_date(env, last_end),
            )
        return None
