from odoo import api, models
from odoo.tools import is_html_empty

from ...tools import siret

# What is asked of a person, of all that can be asked.
OF_THE_PERSON = ("nir", "birth_name")
# A number was given, whatever became of it since.
GIVEN = ("provided", "purged")


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
        asked = self._asked(order, seats, expected)
        unnamed = expected - len(asked)
        return {
            "passport_attendee_count": expected,
            "passport_unnamed_count": unnamed,
            "passport_nir_provided_count": sum(
                state in GIVEN and "nir" not in needs for state, needs in asked
            ),
            "passport_nir_missing_count": sum("nir" in needs for _state, needs in asked),
            "passport_nir_refused_count": sum(state == "refused" for state, _needs in asked),
            "passport_birth_name_missing_count": sum("birth_name" in needs for _s, needs in asked),
            "passport_siret_missing_count": len(self._employers_to_ask(order, lines, seats)),
            "passport_missing_count": unnamed
            + sum(not needs.isdisjoint(OF_THE_PERSON) for _state, needs in asked),
        }

    @api.model
    def _asked(self, order, seats, expected):
        """Return ``[(nir_state, names of what is still to be asked)]`` of who is named."""
        needs = self.env["passport.needs"]._of(seats)
        asked = [
            (seat.attendee_partner_id.nir_state, needs[seat])
            for seat in seats
            if seat.attendee_partner_id
        ]
        if asked or expected != 1 or not order.training_is_contract:
            return asked
        # Who buys one seat for oneself needs no naming, and has no registration yet.
        return [self._asked_of_client(order.partner_id.commercial_partner_id)]

    @api.model
    def _asked_of_client(self, person):
        if person.nir_state == "refused":
            return person.nir_state, set()
        needs = set() if person.birth_name else {"birth_name"}
        return person.nir_state, needs if person.nir_state == "provided" else {*needs, "nir"}

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
                    "names: %(count)s of %(total)s missing",
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
