from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ...tools import calendar, law

# What, in a rule, decides whether attendees can be declared.
LEGAL_FIELDS = {"active", "code", "date_from", "date_to"}


class PassportLawRule(models.Model):
    """What a text of law says, from which day and until which one: a decree is a change of data.

    The addon finds a rule by its code and by a day. Deadlines, and from when each category of
    trainings has to be declared, have rules of their own (``passport.deadline.rule``).
    """

    _name = "passport.law.rule"
    _inherit = "passport.shipped"
    _description = "Rule of Law"
    _order = "sequence, date_from, id"

    code = fields.Char(
        required=True,
        index=True,
        help="By this code the addon finds the rule. Rules of one code follow each other.",
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    date_from = fields.Date(string="From", required=True, help="The first day it holds, included.")
    date_to = fields.Date(
        string="Until", help="The last day it holds. Empty: until further notice."
    )
    text = fields.Text(translate=True, help="What users read of it, as it stands.")
    source = fields.Char(
        required=True, translate=True, help="The text of law or the announcement that says so."
    )

    @api.constrains("code", "date_from", "date_to", "active")
    def _check_periods(self):
        for rule in self:
            if rule.date_to and rule.date_to < rule.date_from:
                raise ValidationError(self.env._("%s: the rule ends before it begins.", rule.name))
        for rules in self.search([("code", "in", self.mapped("code"))]).grouped("code").values():
            for first, second in calendar.overlapping_rules(rules):
                raise ValidationError(
                    self.env._(
                        "“%(first)s” and “%(second)s” hold on the same days. End the first one "
                        "before %(day)s.",
                        first=first.name,
                        second=second.name,
                        day=format_date(self.env, second.date_from),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._changed(set(rules.mapped("code")))
        return rules

    def write(self, vals):
        before = set(self.mapped("code"))
        result = super().write(vals)
        # Words alone concern nobody.
        concerned = set() if LEGAL_FIELDS.isdisjoint(vals) else before | set(self.mapped("code"))
        self._changed(concerned)
        return result

    def unlink(self):
        codes = set(self.mapped("code"))
        result = super().unlink()
        self._changed(codes)
        return result

    @api.model
    def _changed(self, codes):
        """Forget what was kept in mind, and have those looked at again whom rules so coded concern."""
        self.env.registry.clear_cache()
        if codes:
            self.env["passport.readiness"]._after_law(codes)

    @api.model
    @tools.ormcache("self.env.lang")
    def _all(self):
        """Return all rules as ``tools.law.LawRule``, their words in the user's language."""
        rules = self.sudo().with_context(active_test=True).search([("active", "=", True)])
        return [
            law.LawRule(
                rule.code, rule.date_from, rule.date_to or None, rule.text or "", rule.source or ""
            )
            for rule in rules
        ]
