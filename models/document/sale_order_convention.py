from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...tools import siret
from .product_template_programme import AGREEMENT_FIELDS, CONTRACT_FIELDS


class SaleOrder(models.Model):
    """The agreement of an order: a *convention*, or the *contrat* of a private person.

    A convention is made with whoever buys training for others (Code du travail, articles L.6353-1
    and D.6353-1), a contrat with a private person who pays for their own (L.6353-3 to L.6353-7).
    """

    _inherit = "sale.order"

    training_funding = fields.Text(
        string="Funding of the Training",
        help="Contributions of public bodies, of an OPCO or of others, printed on the agreement.",
    )
    training_signed_remotely = fields.Boolean(
        string="Signed at a Distance",
        default=True,
        copy=False,
        help="A private person who signs at a distance or off premises may withdraw for 14 days (Code "
        "de la consommation, L.221-18), else for 10 days (Code du travail, L.6353-5).",
    )
    training_is_contract = fields.Boolean(compute="_compute_training_is_contract")
    has_training = fields.Boolean(compute="_compute_has_training")
    training_agreement_issues = fields.Text(
        string="Missing for the Agreement", compute="_compute_training_agreement_issues"
    )

    @api.depends("partner_id.commercial_partner_id.is_company")
    def _compute_training_is_contract(self):
        for order in self:
            client = order.partner_id.commercial_partner_id
            order.training_is_contract = bool(client) and not client.is_company

    @api.depends("order_line.service_tracking", "order_line.display_type")
    def _compute_has_training(self):
        for order in self:
            order.has_training = bool(order._training_lines())

    @api.depends("partner_id", "company_id", "order_line.event_id", "order_line.product_id")
    def _compute_training_agreement_issues(self):
        for order in self:
            issues = order._training_agreement_issues() if order.has_training else []
            order.training_agreement_issues = "\n".join(issues) or False

    def action_print_training_agreement(self):
        """Print the agreement of this order.

        :raises UserError: what the law asks for is missing; all of it is named
        """
        self._check_training_agreement()
        return self.env.ref("passeport_prevention.action_report_agreement").report_action(self)

    def _training_lines(self):
        """Return the lines of this order that sell trainings."""
        return self.order_line.filtered(
            lambda line: line.service_tracking == "event" and not line.display_type
        )

    def _training_agreement_groups(self, per_session=False):
        """Return the lines of each agreement to print: one of all, or one for each session."""
        self.ensure_one()
        lines = self._training_lines()
        if not per_session:
            return [lines]
        return list(lines.grouped(lambda line: (line.event_id, line.event_slot_id)).values())

    @api.model
    def _training_sessions(self, lines):
        """Return these lines grouped by what the agreement describes: session, slot and training."""
        groups = lines.grouped(lambda line: (line.event_id, line.event_slot_id, line.product_id))
        return list(groups.values())

    def _check_training_agreement(self):
        """Check that the agreements of these orders tell what the law asks for.

        :raises UserError: names what is missing, where to enter it, for all orders at once
        """
        problems = []
        for order in self:
            if not order._training_lines():
                problems.append(self.env._("%s: the order sells no training.", order.name))
            problems += [f"{order.name}: {text}" for text in order._training_agreement_issues()]
        if problems:
            problems = list(dict.fromkeys(problems))
            raise UserError(
                "\n".join([self.env._("The agreement cannot be printed yet:"), *problems])
            )

    def _training_agreement_issues(self):
        """Return what is missing in the agreement: one sentence each, with where to enter it."""
        self.ensure_one()
        issues = self._training_body_issues()
        required = AGREEMENT_FIELDS + (CONTRACT_FIELDS if self.training_is_contract else ())
        lines = self._training_lines()
        for training in lines.product_id.product_tmpl_id:
            missing = [
                training._fields[fname]._description_string(self.env)
                for fname in required
                if not training[fname] or is_html_empty(str(training[fname]))
            ]
            if missing:
                issues.append(
                    self.env._(
                        "“%(training)s”: enter on the training, tab “Programme”: %(fields)s.",
                        training=training.name,
                        fields=", ".join(missing),
                    )
                )
        for line in lines:
            if not line.event_id:
                issues.append(
                    self.env._("“%s”: choose the session on the order line.", line.product_id.name)
                )
        for event in lines.event_id:
            issues += self._training_session_issues(event)
        return issues

    def _training_body_issues(self):
        company = self.company_id.sudo()
        needed = {
            self.env._("SIRET"): not siret.problem_of(company.company_registry),
            self.env._("activity declaration number"): company.passport_activity_number,
            self.env._("region of the prefect"): company.passport_activity_region,
            self.env._("cancellation terms"): not is_html_empty(
                company.passport_cancellation_terms
            ),
        }
        missing = [name for name, found in needed.items() if not found]
        if not missing:
            return []
        return [
            self.env._(
                "%(company)s: missing in the settings of the Passeport de prévention: %(fields)s.",
                company=company.name,
                fields=", ".join(missing),
            )
        ]

    def _training_session_issues(self, event):
        issues = []
        if not event._passport_place():
            issues.append(
                self.env._(
                    "“%s”: enter the venue or the online address on the session.", event.name
                )
            )
        # Article L.6353-4, 4°: titles or references of the trainers.
        if self.training_is_contract and not event.trainer_ids:
            issues.append(self.env._("“%s”: choose the trainers on the session.", event.name))
        return issues

    def _training_attendees(self, lines):
        """Return ``(names of the attendees, number of seats)`` of these lines."""
        # Sales people print agreements; their rights on contacts do not matter for a name.
        seats = lines.sudo().registration_ids.filtered(lambda seat: seat.state != "cancel")
        names = sorted(
            filter(None, (seat._passport_attendee_name() for seat in seats)), key=str.lower
        )
        return names, max(len(seats), sum(int(line.product_uom_qty) for line in lines))

    def _training_withdrawal_days(self):
        """Return for how many days a private person may withdraw from this contract.

        10 days by article L.6353-5 of the Code du travail; 14 days where it was concluded at a
        distance or off premises, by article L.221-18 of the Code de la consommation.
        """
        self.ensure_one()
        return 14 if self.training_signed_remotely else 10

    def _training_agreement_file_name(self):
        """Return the name of the printed agreement's file."""
        self.ensure_one()
        if self.training_is_contract:
            return self.env._("Training contract - %s", self.name)
        return self.env._("Training agreement - %s", self.name)
