from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.ground.followers import Follower, following

LINE_CREATE_FOLLOWERS = (Follower("passport.typing", after="_created"),)
LINE_WRITE_FOLLOWERS = (Follower("passport.typing", after="_written"),)


class PassportEnrol(models.TransientModel):
    """Renew trainings: choose a session for each, then make quotations or enrol the people.

    Everything runs with the user's own rights: who may not sell makes no quotation.
    """

    _name = "passport.enrol"
    _description = "Renew Trainings"
    _rec_name = "purpose"

    purpose = fields.Selection(
        [("quotation", "Create quotations"), ("enrol", "Enrol")], required=True, readonly=True
    )
    line_ids = fields.One2many("passport.enrol.line", "wizard_id", string="Trainings")
    left_out_count = fields.Integer(readonly=True)
    sessionless_count = fields.Integer(compute="_compute_sessionless_count")

    @api.depends("line_ids.event_id")
    def _compute_sessionless_count(self):
        for wizard in self:
            wizard.sessionless_count = len(wizard.line_ids.filtered(lambda line: not line.event_id))

    @api.model
    def _make(self, registrations, purpose):
        """Create the dialog for ``registrations``, with the next session proposed for each training.

        :raises UserError: none of them is left to renew
        """
        open_ones = self.env["passport.renewals"]._renewable(registrations)
        groups = open_ones.grouped(
            lambda reg: (reg.training_id._renewal_training(), reg.company_id)
        )
        sessions = self._next_sessions(groups)
        return self.create(
            {
                "purpose": purpose,
                "left_out_count": len(registrations) - len(open_ones),
                "line_ids": [
                    fields.Command.create(
                        {
                            "training_id": training.id,
                            "company_id": company.id,
                            "registration_ids": [fields.Command.set(people.ids)],
                            "event_id": sessions.get((training, company)),
                        }
                    )
                    for (training, company), people in groups.items()
                ],
            }
        )

    @api.model
    def _next_sessions(self, groups):
        """Return ``{(training, company): id of the next session with enough seats, else the next}``."""
        trainings = self.env["product.template"].union(*(training for training, _co in groups))
        events = self.env["event.event"].search(
            [
                ("training_id", "in", trainings.ids),
                ("date_begin", ">", fields.Datetime.now()),
                ("is_subcontracted", "=", False),
                ("stage_id.pipe_end", "=", False),
                ("kanban_state", "!=", "cancel"),
            ],
            order="date_begin, id",
        )
        found = {}
        for (training, company), people in groups.items():
            coming = events.filtered(
                lambda event, training=training, company=company: (
                    event.training_id == training
                    and event.company_id in (company, company.browse())
                )
            )
            count = len(people)
            roomy = coming.filtered(
                lambda event, count=count: (
                    not event.seats_limited or not event.seats_max or event.seats_available >= count
                )
            )
            found[training, company] = (roomy or coming)[:1].id
        return found

    def action_enrol(self):
        """Register the people in the sessions chosen; who is registered there already stays so.

        :raises UserError: a training without a session; Odoo's own error when seats are missing
        """
        self.ensure_one()
        self._check_sessions()
        vals_list = [values for line in self.line_ids for values in line._registration_values()]
        registrations = self.env["event.registration"].create(vals_list)
        if not registrations:
            raise UserError(
                self.env._("All these people are registered in these sessions already.")
            )
        return registrations._get_records_action(name=self.env._("Enrolled"))

    def action_quotation(self):
        """Create one quotation for each client, a line for each session, with the people named.

        :raises UserError: a training without a session, or a session without a ticket to sell
        """
        self.ensure_one()
        self._check_sessions()
        self.line_ids._check_tickets()
        orders = {}
        for line in self.line_ids:
            free = line._not_yet_registered()
            for client, people in free.grouped("renewal_client_id").items():
                orders.setdefault((client, line.company_id or self.env.company), []).append(
                    (line, people)
                )
        if not orders:
            raise UserError(
                self.env._("All these people are registered in these sessions already.")
            )
        made = self.env["sale.order"]
        for (client, company), found in orders.items():
            made |= self._create_order(client, company, found)
        return made._get_records_action(name=self.env._("Quotations"))

    @api.model
    def _create_order(self, client, company, found):
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": client.id,
                    "company_id": company.id,
                    "order_line": [
                        fields.Command.create(line._order_line_values(people))
                        for line, people in found
                    ],
                }
            )
        )
        texts = self.with_context(lang=client.lang or self.env.lang)
        vals_list = []
        for order_line, (line, people) in zip(order.order_line, found, strict=True):
            names = ", ".join(people.mapped("name"))
            order_line.name += "\n" + texts.env._("Attendees: %s", names)
            # Odoo makes as many registrations as are missing at the confirmation: these are known.
            vals_list += [
                {
                    **values,
                    "sale_order_line_id": order_line.id,
                    "sale_order_id": order.id,
                    "state": "draft",
                }
                for values in line._registration_values(people)
            ]
        self.env["event.registration"].create(vals_list)
        return order

    def _check_sessions(self):
        missing = self.line_ids.filtered(lambda line: not line.event_id)
        if missing:
            raise UserError(
                self.env._(
                    "Choose a session for %(training)s. If none is planned yet, plan one, or remove "
                    "the line.",
                    training=missing[0].training_id.display_name,
                )
            )
        if not self.line_ids:
            raise UserError(self.env._("No training is left to renew."))


class PassportEnrolLine(models.TransientModel):
    """One training to renew: for whom, in which session."""

    _name = "passport.enrol.line"
    _inherit = ["passport.proposed"]
    _description = "Training to Renew"
    _rec_name = "training_id"
    _proposals = {"event_slot_id": "_proposed_slot", "event_ticket_id": "_proposed_ticket"}

    wizard_id = fields.Many2one("passport.enrol", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True)
    training_id = fields.Many2one("product.template", required=True, readonly=True)
    registration_ids = fields.Many2many("event.registration", string="People", readonly=True)
    people_count = fields.Integer(string="People to Renew", compute="_compute_people_count")
    event_id = fields.Many2one(
        "event.event",
        string="Session",
        domain="[('training_id', '=', training_id), ('date_begin', '>', 'now'), "
        "('kanban_state', '!=', 'cancel'), "
        "('company_id', 'in', [company_id, False])]",
        context={"name_with_seats_availability": True},
    )
    is_multi_slots = fields.Boolean(related="event_id.is_multi_slots")
    event_slot_id = fields.Many2one(
        "event.slot",
        string="Slot",
        compute="_compute_event_slot_id",
        store=True,
        readonly=False,
        domain="[('event_id', '=', event_id), ('start_datetime', '>', 'now')]",
        help="For a session held several times: which of its dates these people attend.",
    )
    event_ticket_id = fields.Many2one(
        "event.event.ticket",
        string="Ticket",
        compute="_compute_event_ticket_id",
        store=True,
        readonly=False,
        domain="[('event_id', '=', event_id)]",
        help="The ticket sets the price, and the training where a session has several.",
    )
    date_begin = fields.Datetime(related="event_id.date_begin", string="Begins On")
    seats = fields.Char(string="Seats Left", compute="_compute_seats")

    @api.depends("registration_ids")
    def _compute_people_count(self):
        for line in self:
            line.people_count = len(line.registration_ids)

    @api.depends("event_id")
    def _compute_event_slot_id(self):
        self._propose_of_session("event_slot_id")

    def _proposed_slot(self):
        self.ensure_one()
        now = self.env["passport.clock"]._now()
        slots = self.event_id.event_slot_ids.filtered(lambda slot: slot.start_datetime > now)
        return self.event_id.is_multi_slots and slots.sorted("start_datetime")[:1]

    @api.onchange("event_slot_id")
    def _onchange_event_slot_id(self):
        self.env["passport.typing"]._given(self, ("event_slot_id",))

    @api.depends("event_id")
    def _compute_event_ticket_id(self):
        self._propose_of_session("event_ticket_id")

    def _proposed_ticket(self):
        self.ensure_one()
        tickets = self.event_id.event_ticket_ids
        own = tickets.filtered(lambda ticket: ticket.product_id.product_tmpl_id == self.training_id)
        return (own or tickets)[:1]

    @api.onchange("event_ticket_id")
    def _onchange_event_ticket_id(self):
        self.env["passport.typing"]._given(self, ("event_ticket_id",))

    def _propose_of_session(self, fname):
        """Compute a slot or ticket; one of another session than the one chosen now is none."""
        typing = self.env["passport.typing"]
        typing._forget(self.filtered(lambda line: line[fname].event_id != line.event_id), fname)
        typing._propose(self, fname)

    @api.model_create_multi
    def create(self, vals_list):
        with following(LINE_CREATE_FOLLOWERS, self, vals_list) as made:
            made.append(super().create(vals_list))
        return made[0]

    def write(self, vals):
        with following(LINE_WRITE_FOLLOWERS, self, vals):
            return super().write(vals)

    @api.depends("event_id", "event_slot_id", "event_ticket_id")
    def _compute_seats(self):
        for line in self:
            event = line.event_id
            seats = (
                event
                and event._get_seats_availability([(line.event_slot_id, line.event_ticket_id)])[0]
            )
            line.seats = (
                event and (self.env._("no limit") if seats is None else str(max(seats, 0)))
            ) or False

    def _check_tickets(self):
        for line in self:
            if not line.event_ticket_id.product_id:
                raise UserError(
                    self.env._(
                        "The session %(session)s has no ticket to sell. Add one with the product "
                        "%(training)s on the session.",
                        session=line.event_id.display_name,
                        training=line.training_id.display_name,
                    )
                )

    def _not_yet_registered(self):
        """Return those of the people who are not registered in the chosen session yet for what they
        would attend there: in a session of several trainings somebody may attend another one."""
        self.ensure_one()
        attended = self.event_id._passport_training_of(self.event_ticket_id)
        groups = self.env["event.registration"]._read_group(
            [
                ("event_id", "=", self.event_id.id),
                ("event_slot_id", "=", self.event_slot_id.id),
                ("attendee_partner_id", "in", self.registration_ids.attendee_partner_id.ids),
                ("training_id", "=", attended.id),
                ("state", "!=", "cancel"),
            ],
            ["attendee_partner_id"],
        )
        registered = {person.id for (person,) in groups}
        return self.registration_ids.filtered(
            lambda reg: reg.attendee_partner_id.id not in registered
        )

    def _registration_values(self, people=None):
        """Return the values of the new registrations of ``people``, by default of all still free."""
        self.ensure_one()
        people = self._not_yet_registered() if people is None else people
        clients = self.env["passport.client"]
        return [
            {
                "event_id": self.event_id.id,
                "event_slot_id": self.event_slot_id.id,
                "event_ticket_id": self.event_ticket_id.id,
                "partner_id": clients._books_again(registration).id,
                "attendee_partner_id": registration.attendee_partner_id.id,
                "without_employer": registration.without_employer,
            }
            for registration in people
        ]

    def _order_line_values(self, people):
        self.ensure_one()
        return {
            "product_id": self.event_ticket_id.product_id.id,
            "product_uom_qty": len(people),
            "event_id": self.event_id.id,
            "event_slot_id": self.event_slot_id.id,
            "event_ticket_id": self.event_ticket_id.id,
        }
