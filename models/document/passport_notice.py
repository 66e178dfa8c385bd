from odoo import api, models
from odoo.tools import is_html_empty

from ...tools import siret


class PassportNotice(models.AbstractModel):
    """What are people told of the Passeport de prévention before their data are asked for?

    The notice of a company, and what an order's attendees still have to give: numbers and kinds
    only, since a quotation is read by more people than its attendees.
    """

    _name = "passport.notice"
    _description = "Information Notice of the Passeport de prévention"

    @api.model
    def _of_company(self, company, individual=False):
        """Return the information notice as markup: the company's own wording, else the standard.

        :param individual: said to a private person of their own data, not to a client of its people's

        It names the law, the purpose, who sees the data, how long they are kept, what a refusal
        means and where rights are exercised (GDPR, article 13). Sources: Code du travail, article
        L.4141-5; décret n° 2019-341 of 19 April 2019, which lets training bodies use the NIR for
        the Passeport de prévention only.
        """
        if not is_html_empty(company.passport_notice):
            return company.passport_notice
        return self._standard(company, individual)

    @api.model
    def _standard(self, company, individual=False):
        """Return the standard wording of the notice with a company's settings, as markup."""
        return self.env["ir.qweb"]._render(
            "passeport_prevention.passport_notice_standard",
            {"company": company, "individual": individual},
        )

    @api.model
    def _activity_text(self, company):
        """Return the mention of the activity declaration in the form article R.6351-6 sets.

        The sentence on the State's approval is the one of article L.6352-12.
        """
        if not company.passport_activity_number:
            return ""
        return self.env._(
            "Activity declaration registered under the number %(number)s with the prefect of the "
            "region %(region)s. This registration does not amount to an approval by the State.",
            number=company.passport_activity_number,
            region=company.passport_activity_region or "…",
        )

    # ------------------------------------------------------------
    # An order's attendees
    # ------------------------------------------------------------

    @api.model
    def _lines(self, order):
        """Return the lines of an order that sell trainings which this training body declares."""
        return order.order_line.filtered(
            lambda line: (
                line.product_id.passport_eligible
                and line.service_tracking == "event"
                and not line.display_type
                and not line.event_id.is_subcontracted
            )
        )

    @api.model
    def _counts(self, order):
        """Return ``{field of the order: number}`` of what its attendees still have to give."""
        lines = self._lines(order)
        seats = lines.registration_ids.filtered(lambda seat: seat.state != "cancel")
        expected = sum(
            max(int(line.product_uom_qty), len(line.registration_ids & seats)) for line in lines
        )
        people = [seat.attendee_partner_id for seat in seats if seat.attendee_partner_id]
        if not people and expected == 1 and order.training_is_contract:
            # Who buys one seat for oneself needs no naming.
            people = [order.partner_id.commercial_partner_id]
        refused = [person for person in people if person.nir_state == "refused"]
        no_nir = [person for person in people if person.nir_state == "missing"]
        # The birth name serves the declaration only: nothing is asked of who refuses.
        nameless = [
            person for person in people if person.nir_state != "refused" and not person.birth_name
        ]
        unnamed = expected - len(people)
        incomplete = [person in no_nir or person in nameless for person in people]
        return {
            "passport_attendee_count": expected,
            "passport_unnamed_count": unnamed,
            "passport_nir_provided_count": len(people) - len(refused) - len(no_nir),
            "passport_nir_missing_count": len(no_nir),
            "passport_nir_refused_count": len(refused),
            "passport_birth_name_missing_count": len(nameless),
            "passport_siret_missing_count": len(self._employers_to_ask(order, lines, seats)),
            "passport_missing_count": unnamed + sum(incomplete),
        }

    @api.model
    def _employers_to_ask(self, order, lines, seats):
        """Return the companies whose SIRET is missing or wrong: of the seats, else the client."""
        if not lines:
            return self.env["res.partner"]
        client = order.partner_id.commercial_partner_id
        employers = seats.employer_id or client.filtered("is_company")
        return employers.filtered(lambda company: siret.problem_of(company.company_registry))

    @api.model
    def _missing_texts(self, order):
        """Return what is still to be given for an order, one sentence for each kind of thing."""
        if order.training_is_contract and order.passport_attendee_count == 1:
            return self._own_missing_texts(order)
        texts = []
        if count := order.passport_unnamed_count:
            texts.append(
                self.env._(
                    "names: %(count)s missing, for %(total)s seats",
                    count=count,
                    total=order.passport_attendee_count,
                )
                if order.passport_attendee_count > 1
                else self.env._("the name of the attendee")
            )
        if count := order.passport_nir_missing_count:
            texts.append(
                self.env._("social security numbers (NIR): %(count)s missing", count=count)
            )
        if count := order.passport_birth_name_missing_count:
            texts.append(self.env._("birth names: %(count)s missing", count=count))
        if count := order.passport_siret_missing_count:
            texts.append(
                self.env._("SIRET of the employer: missing or wrong")
                if count == 1
                else self.env._("SIRET of %(count)s employers: missing or wrong", count=count)
            )
        return texts

    @api.model
    def _own_missing_texts(self, order):
        """Return what a private person still has to give for oneself."""
        texts = {
            "passport_unnamed_count": self.env._("the name of the attendee"),
            "passport_nir_missing_count": self.env._("your social security number (NIR)"),
            "passport_birth_name_missing_count": self.env._("your birth name"),
            "passport_siret_missing_count": self.env._("the SIRET of your employer"),
        }
        return [text for fname, text in texts.items() if order[fname]]
