from odoo import api, models

NIR_FIELDS = ("nir", "nir_entry", "nir_masked")
AUDIT_RULES = "auditlog.rule"


class PassportNirCopies(models.AbstractModel):
    """Neighbours that would copy what is typed: found, told in the settings, and taught to leave it.

    OCA's ``auditlog`` keeps the values that are written on the models it is told to watch, in clear.
    It can leave fields out: those of the NIR have to be among them.
    """

    _name = "passport.nir.copies"
    _description = "Neighbours That Would Copy a NIR"

    @api.model
    def _rules(self):
        """Return the active rules of ``auditlog``, an empty list where it is not installed."""
        if AUDIT_RULES not in self.env:
            return []
        return self.env[AUDIT_RULES].sudo().search([("state", "!=", "draft")])

    @api.model
    def _missing(self, rule):
        """Return the names of the fields that a rule of ``auditlog`` has to leave out, and does not."""
        model = self.env.get(rule.model_id.model)
        if model is None:
            return set()
        return set(NIR_FIELDS) & set(model._fields) - set(rule.fields_to_exclude_ids.mapped("name"))

    @api.model
    def _texts(self):
        """Return what an administrator has to mend, in sentences."""
        return [
            self.env._(
                "The audit rule “%s” copies social security numbers in clear as they are typed. Leave the "
                "fields of the NIR out of it.",
                rule.name,
            )
            for rule in self._rules()
            if self._missing(rule)
        ]

    @api.model
    def _exclude(self):
        """Have the audit rules leave the fields of the NIR out."""
        fields = self.env["ir.model.fields"].sudo()
        for rule in self._rules():
            for name in self._missing(rule):
                rule.fields_to_exclude_ids |= fields._get(rule.model_id.model, name)
