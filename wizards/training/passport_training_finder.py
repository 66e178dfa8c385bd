from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ...models.ground.passport_rights import DECLARANT_GROUP

# A list that nobody can read through helps nobody: the products with most attendees come first.
MOST = 500
# Who says what becomes of the past sessions of the products that were accepted: ``_told_after``.
TELLER = "passport.catch.up"
SURE, LIKELY, UNKNOWN = "sure", "likely", "unknown"


class PassportTrainingFinder(models.TransientModel):
    """Finds the trainings among the products a training body has been selling for years.

    It proposes a family for each product that is sold as event tickets, and for services that read
    like one; a person accepts. What somebody has described or ruled out already is left alone.
    """

    _name = "passport.training.finder"
    _description = "Find Our Trainings"

    line_ids = fields.One2many("passport.training.finder.line", "finder_id")
    sure_count = fields.Integer(compute="_compute_counts")
    likely_count = fields.Integer(compute="_compute_counts")
    unknown_count = fields.Integer(compute="_compute_counts")
    chosen_count = fields.Integer(compute="_compute_counts")
    is_cut = fields.Boolean(readonly=True)

    def _compute_display_name(self):
        self.display_name = self.env._("Find Our Trainings")

    @api.depends("line_ids.confidence", "line_ids.is_chosen", "line_ids.family_id")
    def _compute_counts(self):
        for finder in self:
            found = finder.line_ids.mapped("confidence")
            finder.sure_count = found.count(SURE)
            finder.likely_count = found.count(LIKELY)
            finder.unknown_count = found.count(UNKNOWN)
            finder.chosen_count = len(finder.line_ids._accepted())

    @api.model
    def action_find(self):
        """Look through the products, and open what was found; where nothing was, a new training.

        :raises AccessError: the user is no declarant
        """
        self.env["passport.rights"]._check(DECLARANT_GROUP)
        lines = self._lines()
        if not any(line["family_id"] or line["session_count"] for line in lines):
            return self._told(
                self.env._(
                    "None of the products you sell reads like a training: describe one here."
                ),
                self._new_training(),
            )
        finder = self.create(
            {
                "line_ids": [Command.create(values) for values in lines[:MOST]],
                "is_cut": len(lines) > MOST,
            }
        )
        return finder._reopen()

    def action_choose_all(self):
        """Tick each product that has a family; nothing is written to the products yet."""
        self.line_ids.filtered("family_id").is_chosen = True
        return self._reopen()

    def action_choose_none(self):
        """Untick all."""
        self.line_ids.is_chosen = False
        return self._reopen()

    def action_accept(self):
        """Make trainings of the ticked products, each filled by its family, and open them.

        :raises UserError: nothing is ticked
        """
        self.ensure_one()
        lines = self.line_ids._accepted()
        if not lines:
            raise UserError(
                self.env._("Tick the products that are trainings and have a family first.")
            )
        products = lines.product_tmpl_id
        products.check_access("write")
        for family, chosen in lines.grouped("family_id").items():
            of_family = chosen.product_tmpl_id
            of_family.filtered(
                lambda one: one.service_tracking != "event"
            ).service_tracking = "event"
            of_family.write({"passport_family_id": family.id})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.product_template_passport_edit_action"
        )
        action = {**action, "domain": [("id", "in", products.ids)], "target": "main"}
        return self._told(self.env[TELLER]._told_after(products), action)

    @api.model
    def _new_training(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.product_template_passport_action"
        )
        form = self.env.ref("passeport_prevention.product_template_view_form_training")
        return {**action, "view_mode": "form", "views": [(form.id, "form")]}

    def _told(self, message, action):
        """Return ``action``, after a message if there is any."""
        if not message:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": message, "next": action},
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Find Our Trainings"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    # ------------------------------------------------------------
    # Looking
    # ------------------------------------------------------------

    def _lines(self):
        """Return the values of the lines: surest first, then by how many people attended."""
        products = self.env["product.template"].search(self._domain())
        proposals = self.env["passport.training.guess"]._of_products(products)
        used = self._attendance(products)
        lines = [
            self._line(product, proposals[product], *used.get(product.id, (0, 0)))
            for product in products
            # Of services, only those that read like a training are worth a look.
            if proposals[product].families or product.service_tracking == "event"
        ]
        order = {SURE: 0, LIKELY: 1, UNKNOWN: 2}
        return sorted(
            lines,
            key=lambda line: (order[line["confidence"]], -line["attendee_count"], line["name"]),
        )

    def _domain(self):
        """Return the products that nobody has described or ruled out yet."""
        answers = ("passport_aims_prevention", "passport_gives_proof", "passport_is_transferable")
        return (
            Domain("passport_family_id", "=", False)
            & Domain("type", "=", "service")
            & (Domain("service_tracking", "=", "event") | Domain("sale_ok", "=", True))
            & Domain("rome_code_ids", "=", False)
            & Domain("passport_exclusion", "=", False)
            & Domain.AND(Domain(fname, "!=", "no") for fname in answers)
        )

    def _line(self, product, proposal, sessions, attendees):
        confidence = UNKNOWN
        if proposal.families:
            confidence = SURE if proposal.is_sure else LIKELY
        is_ticket = product.service_tracking == "event"
        return {
            "product_tmpl_id": product.id,
            "name": product.name or "",
            "family_id": proposal.families[:1].id,
            "candidates": ", ".join(proposal.families[1:6].mapped("name")),
            "confidence": confidence,
            "is_ticket": is_ticket,
            "session_count": sessions,
            "attendee_count": attendees,
            # Becoming a ticket changes how a service is sold: a person decides.
            "is_chosen": proposal.is_sure and is_ticket,
        }

    def _attendance(self, products):
        """Return ``{product id: (sessions, people)}``, by the tickets, for the user's companies."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.product_tmpl_id, COUNT(DISTINCT event.id), COUNT(registration.id)
                  FROM event_event_ticket ticket
                  JOIN product_product product ON product.id = ticket.product_id
                  JOIN event_event event ON event.id = ticket.event_id
             LEFT JOIN event_registration registration
                    ON registration.event_ticket_id = ticket.id
                   AND registration.active AND registration.state != 'cancel'
                 WHERE product.product_tmpl_id IN %(products)s
                   AND (event.company_id IS NULL OR event.company_id IN %(companies)s)
              GROUP BY product.product_tmpl_id
                """,
                products=tuple(products.ids) or (0,),
                companies=tuple(self.env.companies.ids) or (0,),
            )
        )
        return {product: (sessions, people) for product, sessions, people in rows}


class PassportTrainingFinderLine(models.TransientModel):
    """One product that may be a training."""

    _name = "passport.training.finder.line"
    _description = "Product That May Be a Training"

    finder_id = fields.Many2one("passport.training.finder", required=True, ondelete="cascade")
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(readonly=True)
    default_code = fields.Char(related="product_tmpl_id.default_code")
    family_id = fields.Many2one(
        "training.family",
        string="Official Family",
        help="The official family gives the training its codes, category and document. "
        "Empty, you describe it yourself.",
    )
    candidates = fields.Char(string="Or Else", readonly=True)
    confidence = fields.Selection(
        [(SURE, "Sure"), (LIKELY, "To check"), (UNKNOWN, "No family found")],
        string="How Sure",
        readonly=True,
    )
    is_ticket = fields.Boolean(
        string="Event Ticket",
        readonly=True,
        help="Sold as event tickets already. Other services become tickets when you accept them: "
        "their orders then ask for a session.",
    )
    session_count = fields.Integer(string="Sessions", readonly=True)
    attendee_count = fields.Integer(string="Attendees", readonly=True)
    is_chosen = fields.Boolean(
        string="Accept",
        help="Tick what is a training to follow here; past sessions of it are then looked through.",
    )

    @api.onchange("family_id")
    def _onchange_family_id(self):
        self.is_chosen = bool(self.family_id)

    def _accepted(self):
        """Return the lines that are ticked and have a family."""
        return self.filtered(lambda line: line.is_chosen and line.family_id)
