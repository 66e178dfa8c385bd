from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty, split_every

from ...tools import siret

# What a training agreement must tell about the training: articles L.6353-1 and D.6353-1 of the
# Code du travail.
AGREEMENT_FIELDS = (
    "training_objectives",
    "training_content",
    "training_duration",
    "training_means",
    "training_assessment",
)
# What the contract of a private person must tell besides: article L.6353-4, under pain of nullity.
CONTRACT_FIELDS = ("training_prerequisites",)
# More names than these are printed as a table.
NAMES_IN_A_SENTENCE = 6


class PassportAgreement(models.AbstractModel):
    """What does the agreement of an order say, and what does it lack?

    A *convention* is made with whoever buys training for others (Code du travail, articles L.6353-1
    and D.6353-1), a *contrat* with a private person who pays for their own (L.6353-3 to L.6353-7).
    """

    _name = "passport.agreement"
    _description = "Training Agreements"

    @api.model
    def _report_values(self, order_ids, per_session=False):
        """Return what the template needs, for one agreement of each order or of each session.

        :raises UserError: something the law asks for is missing, see :meth:`_check`
        """
        orders = self.env["sale.order"].browse(order_ids)
        self._check(orders)
        return {
            "doc_ids": order_ids,
            "doc_model": orders._name,
            "docs": orders,
            "per_session": per_session,
        }

    @api.model
    def _lines(self, order):
        """Return the lines of an order that sell trainings; seats of a conference need no agreement."""
        return order.order_line.filtered(
            lambda line: (
                line.service_tracking == "event"
                and not line.display_type
                and self._sells_training(line.sudo())
            )
        )

    @api.model
    def _sells_training(self, line):
        return (
            line.product_id.is_passport_training
            or line.event_id.training_id
            or line.company_id._passport_holds_trainings_only()
        )

    @api.model
    def _groups(self, order, per_session=False):
        """Return the lines of each agreement to print: one of all, or one for each session."""
        lines = self._lines(order)
        if not per_session:
            return [lines]
        return list(lines.grouped(lambda line: (line.event_id, line.event_slot_id)).values())

    @api.model
    def _sessions(self, lines):
        """Return these lines grouped by what the agreement describes: session, slot and training."""
        groups = lines.grouped(lambda line: (line.event_id, line.event_slot_id, line.product_id))
        return list(groups.values())

    @api.model
    def _attendees(self, lines):
        """Return ``(names of the attendees, number of seats)`` of these lines.

        Who buys one seat for oneself is its attendee, before the order is confirmed too.
        """
        # Sales people print agreements; their rights on contacts do not matter for a name.
        seats = lines.sudo().registration_ids.filtered(lambda seat: seat.state != "cancel")
        names = sorted(
            filter(None, (seat._passport_attendee_name() for seat in seats)), key=str.lower
        )
        count = max(len(seats), sum(int(line.product_uom_qty) for line in lines))
        if not names and count == 1 and lines.order_id.training_is_contract:
            names = lines.order_id.partner_id.commercial_partner_id.mapped("name")
        return names, count

    @api.model
    def _name_rows(self, names):
        """Return many names as rows of two; empty where they are few enough for one sentence."""
        if len(names) <= NAMES_IN_A_SENTENCE:
            return []
        return list(split_every(2, [*names, ""] if len(names) % 2 else names))

    @api.model
    def _withdrawal_days(self, order):
        """Return for how many days a private person may withdraw from this contract.

        10 days by article L.6353-5 of the Code du travail; 14 days where it was concluded at a
        distance or off premises, by article L.221-18 of the Code de la consommation.
        """
        return 14 if order.training_signed_remotely else 10

    # ------------------------------------------------------------
    # What is missing
    # ------------------------------------------------------------

    @api.model
    def _check(self, orders):
        """Check that the agreements of these orders tell what the law asks for.

        :raises UserError: names what is missing, where to enter it, for all orders at once
        """
        problems = []
        for order in orders:
            if not self._lines(order):
                problems.append(self.env._("%s: the order sells no training.", order.name))
            problems += [f"{order.name}: {text}" for text in self._issues(order)]
        if problems:
            problems = list(dict.fromkeys(problems))
            raise UserError(
                "\n".join([self.env._("The agreement cannot be printed yet:"), *problems])
            )

    @api.model
    def _issues(self, order):
        """Return what is missing in the agreement: one sentence each, with where to enter it."""
        lines = self._lines(order)
        contract = order.training_is_contract
        issues = self._body_issues(order.company_id.sudo())
        for training in lines.product_id.product_tmpl_id:
            issues += self._training_issues(training, contract)
        for line in lines:
            if not line.event_id:
                issues.append(
                    self.env._("“%s”: choose the session on the order line.", line.product_id.name)
                )
        for event in lines.event_id:
            issues += self._session_issues(event, contract)
        return issues

    @api.model
    def _body_issues(self, company):
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

    @api.model
    def _training_issues(self, training, contract):
        required = AGREEMENT_FIELDS + (CONTRACT_FIELDS if contract else ())
        missing = [
            training._fields[fname]._description_string(self.env)
            for fname in required
            if not training[fname] or is_html_empty(str(training[fname]))
        ]
        if not missing:
            return []
        return [
            self.env._(
                "“%(training)s”: enter on the training, tab “Programme”: %(fields)s.",
                training=training.name,
                fields=", ".join(missing),
            )
        ]

    @api.model
    def _session_issues(self, event, contract):
        issues = []
        if not self.env["passport.wording"]._place(event):
            issues.append(
                self.env._(
                    "“%s”: enter the venue or the online address on the session.", event.name
                )
            )
        # Article L.6353-4, 4°: titles or references of the trainers.
        if contract and not event.trainer_ids:
            issues.append(self.env._("“%s”: choose the trainers on the session.", event.name))
        return issues
