from odoo import api, models

from ...tools import law


class PassportLaw(models.AbstractModel):
    """What does the law say on this day? Nothing else in the addon knows a date of law.

    =====================  =======================================================================
    code                   in force while …
    =====================  =======================================================================
    ``body_declares``      … training bodies declare the trainings that end on the day
    ``rs_by_certifier``    … certifying bodies transmit the RS certifications obtained on the day
    ``sanction_body``      … who does not declare may be fined
    ``nir_allowed``        … training bodies may use the NIR to declare
    ``passport``           … the passport exists
    =====================  =======================================================================
    """

    _name = "passport.law"
    _description = "Law of the Passeport de prévention"

    @api.model
    def _on(self, day=None):
        """Return the law of a day, as a ``tools.law.Law``; of today without one."""
        rules = self.env["passport.law.rule"]._all()
        return law.Law(rules, day or self.env["passport.clock"]._today())

    @api.model
    def _periods(self, code):
        """Return when a rule is in force, as ``[(first day, last day or None)]``, in order."""
        return law.periods(code, self.env["passport.law.rule"]._all())

    @api.model
    def _since(self, code):
        """Return the first day a rule was ever in force, ``None`` if there is no such rule."""
        return next((first for first, _last in self._periods(code)), None)
