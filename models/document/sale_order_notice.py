from odoo import api, fields, models

from ...tools import siret

# States in which nothing is left to ask for the NIR of a person.


class SaleOrder(models.Model):
    """What an order's trainings need of its attendees, counted; never a social security number."""

    _inherit = "sale.order"

    passport_attendee_count = fields.Integer(
        string="Attendees to Declare",
        compute="_compute_passport_notice",
        compute_sudo=True,
        help="Seats of this order in trainings that are declared in the Passeport de prévention.",
    )
    passport_unnamed_count = fields.Integer(
        string="Not Yet Named", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_nir_provided_count = fields.Integer(
        string="NIR Provided", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_nir_missing_count = fields.Integer(
        string="NIR Missing", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_nir_refused_count = fields.Integer(
        string="NIR Refused", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_birth_name_missing_count = fields.Integer(
        string="Birth Name Missing", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_siret_missing_count = fields.Integer(
        string="SIRET Missing", compute="_compute_passport_notice", compute_sudo=True
    )
    passport_missing_count = fields.Integer(
        string="Attendees with Data Missing",
        compute="_compute_passport_notice",
        compute_sudo=True,
        help="Attendees who are not named yet, or whose NIR or birth name is not known.",
    )

    @api.depends(
        "partner_id",
        "order_line.product_uom_qty",
        "order_line.product_id.product_tmpl_id.passport_eligible",
        "order_line.event_id.is_subcontracted",
        "order_line.registration_ids.state",
        "order_line.registration_ids.attendee_partner_id.nir_state",
        "order_line.registration_ids.attendee_partner_id.birth_name",
        "order_line.registration_ids.employer_id.company_registry",
    )
    def _compute_passport_notice(self):
        for order in self:
            lines = order._passport_lines()
            seats = lines.registration_ids.filtered(lambda seat: seat.state != "cancel")
            people = [seat.attendee_partner_id for seat in seats if seat.attendee_partner_id]
            expected = sum(
                max(int(line.product_uom_qty), len(line.registration_ids & seats)) for line in lines
            )
            refused = [person for person in people if person.nir_state == "refused"]
            no_nir = [person for person in people if person.nir_state == "missing"]
            # The birth name serves the declaration only: nothing is asked of who refuses.
            nameless = [
                person
                for person in people
                if person.nir_state != "refused" and not person.birth_name
            ]
            order.passport_attendee_count = expected
            order.passport_unnamed_count = expected - len(people)
            order.passport_nir_provided_count = len(people) - len(refused) - len(no_nir)
            order.passport_nir_missing_count = len(no_nir)
            order.passport_nir_refused_count = len(refused)
            order.passport_birth_name_missing_count = len(nameless)
            order.passport_siret_missing_count = len(order._passport_employers_to_ask(lines, seats))
            order.passport_missing_count = (
                expected
                - len(people)
                + sum(
                    person.nir_state == "missing"
                    or (person.nir_state != "refused" and not person.birth_name)
                    for person in people
                )
            )

    def _passport_lines(self):
        """Return the lines that sell trainings which this training body declares."""
        return self.order_line.filtered(
            lambda line: (
                line.product_id.passport_eligible
                and line.service_tracking == "event"
                and not line.display_type
                and not line.event_id.is_subcontracted
            )
        )

    def _passport_employers_to_ask(self, lines, seats):
        """Return the companies whose SIRET is missing or wrong: of the seats, else the client."""
        self.ensure_one()
        if not lines:
            return self.env["res.partner"]
        client = self.partner_id.commercial_partner_id
        employers = seats.employer_id or client.filtered("is_company")
        return employers.filtered(lambda company: siret.problem_of(company.company_registry))

    def _passport_missing_texts(self):
        """Return what is still to be given for this order, one sentence for each kind of thing.

        Numbers and kinds only: a quotation is read by more people than its attendees.
        """
        self.ensure_one()
        texts = []
        if count := self.passport_unnamed_count:
            texts.append(
                self.env._(
                    "names: %(count)s of %(total)s attendees not yet named",
                    count=count,
                    total=self.passport_attendee_count,
                )
            )
        if count := self.passport_nir_missing_count:
            texts.append(
                self.env._("social security numbers (NIR): %(count)s missing", count=count)
            )
        if count := self.passport_birth_name_missing_count:
            texts.append(self.env._("birth names: %(count)s missing", count=count))
        if count := self.passport_siret_missing_count:
            texts.append(
                self.env._("SIRET of the employer: missing or wrong")
                if count == 1
                else self.env._("SIRET of %(count)s employers: missing or wrong", count=count)
            )
        return texts

    def _passport_document_lang(self):
        """Return the language of the documents given to this client: theirs, else French."""
        self.ensure_one()
        return self.partner_id.lang or self.env["res.lang"]._passport_lang()

    def action_passport_attendees(self):
        """Open the attendees of this order with what is known of them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_passport_action"
        )
        action["domain"] = [
            ("sale_order_line_id", "in", self._passport_lines().ids),
            ("state", "!=", "cancel"),
        ]
        action["context"] = {"create": False}
        return action
