from datetime import datetime, time, timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools import calendar

CATEGORIES = ("1", "2", "3", "4")
# What, in a rule, changes deadlines.
LEGAL_FIELDS = {
    "active",
    "date_from",
    "date_to",
    "months_after_quarter",
    "fixed_date",
    *(f"mandatory_from_{category}" for category in CATEGORIES),
}


class PassportDeadlineRule(models.Model):
    """By when trainings have to be declared: a decree is a change of data.

    A rule covers the trainings whose reference date (end of the training for an attestation, start
    of validity for a certificate of success) falls into its period. Rules in force never share a
    day. Changing one computes again the deadlines of what is not declared yet; what is keeps the
    deadline it had.
    """

    _name = "passport.deadline.rule"
    _inherit = "passport.shipped"
    _description = "Deadline Rule"
    _order = "sequence, date_from, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    date_from = fields.Date(
        string="Trainings From",
        required=True,
        help="First reference date of the rule: end of the training (ADF) or start of validity (JDR).",
    )
    date_to = fields.Date(
        string="Trainings Until",
        help="Last reference date of the rule. Empty: until further notice.",
    )
    months_after_quarter = fields.Integer(
        string="Months after the Quarter",
        help="The deadline is the last day of the month so many months after the end of the quarter "
        "of the reference date.",
    )
    fixed_date = fields.Date(help="One deadline for all trainings of the period.")
    mandatory_from_1 = fields.Date(
        string="Category 1 Mandatory From",
        help="First reference date from which trainings of this category have to be declared. Empty: "
        "they are declared voluntarily.",
    )
    mandatory_from_2 = fields.Date(
        string="Category 2 Mandatory From",
        help="From this day of the training on, declaring a category 2 is no longer a choice.",
    )
    mandatory_from_3 = fields.Date(
        string="Category 3 Mandatory From",
        help="From this day of the training on, declaring a category 3 is no longer a choice.",
    )
    mandatory_from_4 = fields.Date(
        string="Category 4 Mandatory From",
        help="From this day of the training on, declaring a category 4 is no longer a choice.",
    )
    source = fields.Char(translate=True, help="The text of law or the announcement that says so.")
    deadline_text = fields.Char(string="Deadline", compute="_compute_deadline_text")
    gap_warning = fields.Char(compute="_compute_gap_warning")

    @api.depends("months_after_quarter", "fixed_date")
    @api.depends_context("lang")
    def _compute_deadline_text(self):
        for rule in self:
            if rule.fixed_date:
                rule.deadline_text = format_date(self.env, rule.fixed_date)
            else:
                rule.deadline_text = self.env._(
                    "%s months after the quarter", rule.months_after_quarter
                )

    @api.depends("date_from", "date_to", "active")
    @api.depends_context("lang")
    def _compute_gap_warning(self):
        gaps = calendar.rule_gaps(self._rules())
        for rule in self:
            after = rule.date_to and rule.date_to + timedelta(days=1)
            last = next((last for first, last in gaps if first == after), False)
            if not rule.active or last is False:
                rule.gap_warning = False
            elif last:
                rule.gap_warning = self.env._(
                    "No rule covers the trainings from %(first)s to %(last)s: they have no deadline.",
                    first=format_date(self.env, after),
                    last=format_date(self.env, last),
                )
            else:
                rule.gap_warning = self.env._(
                    "No rule covers the trainings from %s on: they have no deadline.",
                    format_date(self.env, after),
                )

    @api.constrains("months_after_quarter", "fixed_date", "date_from", "date_to")
    def _check_deadline(self):
        for rule in self:
            if rule.date_to and rule.date_to < rule.date_from:
                raise ValidationError(
                    self.env._("%s: the period ends before it begins.", rule.name)
                )
            if bool(rule.fixed_date) == bool(rule.months_after_quarter):
                raise ValidationError(
                    self.env._(
                        "%s: give either a number of months after the quarter or a fixed date.",
                        rule.name,
                    )
                )
            if rule.months_after_quarter < 0:
                raise ValidationError(
                    self.env._("%s: the months after the quarter cannot be negative.", rule.name)
                )
            if rule.fixed_date and (not rule.date_to or rule.fixed_date < rule.date_to):
                raise ValidationError(
                    self.env._(
                        "%s: a fixed deadline needs a period that ends, and comes after its end.",
                        rule.name,
                    )
                )

    @api.constrains("date_from", "date_to", "active")
    def _check_overlap(self):
        rules = self.search([("active", "=", True)]).sorted("date_from")
        if overlaps := calendar.overlapping_rules(rules):
            before, after = overlaps[0]
            raise ValidationError(
                self.env._(
                    "The rules “%(first)s” and “%(second)s” share days: a training would have two "
                    "deadlines. End the first one before %(day)s.",
                    first=before.name,
                    second=after.name,
                    day=format_date(self.env, after.date_from),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        self._recompute_deadlines(rules._periods())
        return rules

    def write(self, vals):
        periods = self._periods()
        result = super().write(vals)
        self.env.registry.clear_cache()
        if LEGAL_FIELDS.isdisjoint(vals):
            return result
        self._recompute_deadlines(periods + self._periods())
        return result

    def unlink(self):
        periods = self._periods()
        result = super().unlink()
        self.env.registry.clear_cache()
        self._recompute_deadlines(periods)
        return result

    # ------------------------------------------------------------
    # Public to the rest of the addon
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _rules(self):
        """Return the rules in force as ``tools.calendar.DeadlineRule``, kept in mind."""
        rules = self.sudo().with_context(active_test=True).search_fetch([], list(LEGAL_FIELDS))
        return [rule._as_tool() for rule in rules]

    @api.model
    def _rule_at(self, day):
        """Return the rule in force that covers a reference date, an empty recordset without one."""
        rules = self.sudo().with_context(active_test=True).search([("date_from", "<=", day)])
        return rules.filtered(lambda rule: not rule.date_to or day <= rule.date_to)[:1]

    def _as_tool(self):
        self.ensure_one()
        starts = ((category, self[f"mandatory_from_{category}"]) for category in CATEGORIES)
        return calendar.DeadlineRule(
            date_from=self.date_from,
            date_to=self.date_to or None,
            months_after_quarter=self.months_after_quarter,
            fixed_date=self.fixed_date or None,
            mandatory_from=tuple((category, day) for category, day in starts if day),
        )

    # ------------------------------------------------------------
    # A change of the rules
    # ------------------------------------------------------------

    def _periods(self):
        return [(rule.date_from, rule.date_to) for rule in self]

    @api.model
    def _recompute_deadlines(self, periods):
        """Have the deadlines of what is not declared yet computed again, for some periods.

        :param periods: list of ``(first reference date, last one or a false value)``
        """
        if not periods:
            return
        registrations = self.env["event.registration"].sudo().with_context(active_test=False)
        found = registrations.search(
            # Declared before there was any rule: not known yet, rather than frozen.
            (Domain("passport_is_pending", "=", True) | Domain("passport_obligation", "=", False))
            & Domain.OR(self._period_domain("passport_reference_date", *days) for days in periods)
        )
        for fname in ("passport_deadline", "passport_obligation"):
            self.env.add_to_compute(registrations._fields[fname], found)
        # Sessions without attendees: the day before and after, for those of other timezones.
        sessions = self.env["event.event"].sudo().with_context(active_test=False)
        found = sessions.search(
            Domain("training_id", "!=", False)
            & Domain.OR(
                self._period_domain(
                    "date_end",
                    datetime.combine(first - timedelta(days=1), time.min),
                    last and datetime.combine(last + timedelta(days=1), time.max),
                )
                for first, last in periods
            )
        )
        for fname in ("passport_deadline", "passport_obligation", "passport_is_pending"):
            self.env.add_to_compute(sessions._fields[fname], found)

    @api.model
    def _period_domain(self, fname, first, last):
        domain = Domain(fname, ">=", first)
        return domain & Domain(fname, "<=", last) if last else domain
