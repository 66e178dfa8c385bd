import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import calendar
from ..ground.followers import Follower, following
from ..ground.selections import TRAINER_QUALIFICATIONS, TRAINING_MODALITIES
from .trainers_field import Trainers

# Who else looks at sessions that are created or written, in this order.
CREATE_FOLLOWERS = (
    Follower("passport.intake", before="_creating"),
    Follower("passport.typing", after="_created"),
)
WRITE_FOLLOWERS = (
    Follower("passport.intake", before="_writing"),
    Follower("passport.typing", after="_written"),
    Follower("passport.identity", before="_events_changing", after="_events_changed"),
    Follower("passport.refresh", before="_events_changing", after="_events_changed"),
)


class EventEvent(models.Model):
    """A session: which training it delivers, how, and by whom."""

    _name = "event.event"
    _inherit = ["event.event", "passport.proposed"]
    _proposals = {
        "training_id": "_proposed_training",
        "trainer_qualification": "_proposed_trainer_qualification",
    }

    training_id = fields.Many2one(
        "product.template",
        compute="_compute_training_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        domain="[('service_tracking', '=', 'event')]",
        help="The training that this session delivers. Taken from the product of the tickets when "
        "they have just one.",
    )
    asks_training = fields.Boolean(
        string="Without a Training",
        compute="_compute_asks_training",
        search="_search_asks_training",
        help="A training is still to be chosen, since all events of the training body are trainings.",
    )
    training_modality = fields.Selection(
        TRAINING_MODALITIES, string="Delivery", help="How the training was delivered."
    )
    has_trainees = fields.Boolean(
        readonly=True,
        copy=False,
        help="Somebody attends another training here than the session's, or did.",
    )
    trainer_ids = Trainers(
        "res.partner",
        "event_event_trainer_rel",
        "event_id",
        "partner_id",
        string="Trainers",
        help="Who delivers the session: named on the convocations, the attendance sheet and "
        "the certificates.",
    )
    has_trainers = fields.Boolean(compute="_compute_has_trainers", store=True, precompute=True)
    trainer_qualification = fields.Selection(
        TRAINER_QUALIFICATIONS,
        string="Trainer's Qualification",
        compute="_compute_trainer_qualification",
        store=True,
        readonly=False,
        help="Taken from the trainers when they share one; the portal takes one per session.",
    )
    is_subcontracted = fields.Boolean(
        string="Delivered for Another Training Body",
        tracking=True,
        help="You deliver this session as a subcontractor: the training body that ordered it "
        "declares its attendees, you declare nothing.",
    )
    passport_rs_expires = fields.Boolean(
        string="RS Code Expires First",
        compute="_compute_passport_rs_expires",
        search="_search_passport_rs_expires",
        help="The registration of the RS certification ends before this session does.",
    )

    @api.depends("event_ticket_ids.product_id.product_tmpl_id")
    def _compute_training_id(self):
        self.env["passport.typing"]._propose(self, "training_id")

    def _proposed_training(self):
        """Return what the tickets sell, if that is one product and a training of ours.

        A conference sells seats too, and is no concern of the passport.
        """
        self.ensure_one()
        sold = self.event_ticket_ids.product_id.product_tmpl_id
        is_ours = len(sold) == 1 and (
            sold.is_passport_training or self.company_id._passport_holds_trainings_only()
        )
        return sold if is_ours else None

    @api.depends("training_id", "company_id.passport_events_are_trainings")
    def _compute_asks_training(self):
        for event in self:
            only_trainings = event.company_id._passport_holds_trainings_only()
            event.asks_training = not event.training_id and only_trainings

    @api.model
    def _search_asks_training(self, operator, value):
        if operator != "in":
            return NotImplemented
        asks = Domain("training_id", "=", False) & Domain(
            "company_id.passport_events_are_trainings", "=", True
        )
        return asks if True in value else ~asks

    has_levels = fields.Boolean(
        string="Several Trainings",
        compute="_compute_has_levels",
        help="The people of this session follow several trainings: levels, categories.",
    )

    @api.depends("registration_ids.training_id", "registration_ids.state")
    def _compute_has_levels(self):
        groups = self.env["event.registration"]._read_group(
            [
                ("event_id", "in", self.env["passport.trainees"]._sessions(self).ids),
                ("state", "!=", "cancel"),
            ],
            ["event_id"],
            ["training_id:count_distinct"],
        )
        counts = {event.id: count for event, count in groups}
        for event in self:
            event.has_levels = counts.get(event._origin.id, 0) > 1

    @api.onchange("training_id")
    def _onchange_training_id(self):
        self.env["passport.typing"]._given(self, ("training_id",))
        if self.training_id and not self.name:
            self.name = self.training_id.name

    @api.depends("trainer_ids")
    def _compute_has_trainers(self):
        for event in self:
            event.has_trainers = bool(event.trainer_ids)

    @api.depends("trainer_ids.trainer_qualification")
    def _compute_trainer_qualification(self):
        self.env["passport.typing"]._propose(self, "trainer_qualification")

    def _proposed_trainer_qualification(self):
        self.ensure_one()
        found = set(self.trainer_ids.mapped("trainer_qualification")) - {False}
        return found.pop() if len(found) == 1 else None

    @api.onchange("trainer_qualification")
    def _onchange_trainer_qualification(self):
        self.env["passport.typing"]._given(self, ("trainer_qualification",))

    @api.depends("date_end", "training_id.is_certifying", "training_id.rs_code_id.valid_until")
    def _compute_passport_rs_expires(self):
        for event in self:
            training = event.sudo().training_id
            until = training.is_certifying and training.rs_code_id.valid_until
            event.passport_rs_expires = bool(
                until and event.date_end and until < event._passport_last_day()
            )

    @api.model
    def _search_passport_rs_expires(self, operator, value):
        if operator != "in":
            return NotImplemented
        events = self.sudo().search(
            [
                ("training_id.is_certifying", "=", True),
                ("training_id.rs_code_id.valid_until", "!=", False),
            ]
        )
        return [("id", "in", events.filtered("passport_rs_expires").ids)]

    @api.model_create_multi
    def create(self, vals_list):
        with following(CREATE_FOLLOWERS, self, vals_list) as made:
            made.append(super().create(vals_list))
        return made[0]

    def write(self, vals):
        with following(WRITE_FOLLOWERS, self, vals):
            return super().write(vals)

    def action_passport_trainees(self):
        """Open the trainees of this session as a list to type into."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_trainees_action"
        )
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = self._passport_outcome_context()
        return action

    def action_passport_outcomes(self):
        """Open the attendees of this session to mark who attended and who passed.

        :raises UserError: the session has not begun
        """
        self.ensure_one()
        self.env["passport.outcome"]._check_session_begun(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_outcome_action"
        )
        action["domain"] = [("event_id", "=", self.id), ("state", "!=", "cancel")]
        action["context"] = {
            **self._passport_outcome_context(),
            "search_default_group_event_slot": self.is_multi_slots,
        }
        return action

    def _passport_outcome_context(self):
        """Return what the lists of this session's people have to know of it."""
        self.ensure_one()
        trainings = self.training_id | self.registration_ids.training_id
        return {
            "default_event_id": self.id,
            "passport_outcome_event_id": self.id,
            "passport_gives_jdr": "jdr" in trainings.mapped("passport_document"),
            "passport_gives_result": self.env["passport.outcome"]._event_gives_certificate(self),
        }

    def action_passport_levels(self):
        """Open the levels of this session as columns to tick.

        :raises UserError: the session has not begun
        """
        self.ensure_one()
        self.env["passport.outcome"]._check_session_begun(self)
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "passeport_prevention.passport_levels_action"
            ),
            "context": {"active_id": self.id},
        }

    def passport_levels_sheet(self):
        """Return what the sheet of levels shows, see ``passport.levels``."""
        self.ensure_one()
        return self.env["passport.levels"]._sheet(self)

    def _passport_timezone(self):
        """Return the timezone of this session as a ``tzinfo``: the dates of files are its dates."""
        self.ensure_one()
        return pytz.timezone(self.date_tz or calendar.PORTAL_TIMEZONE)

    def _passport_training_of(self, ticket):
        """Return what somebody with this ticket attends here: what it sells, where that is described as a
        training, else what the session holds."""
        return ticket.training_id or self.training_id

    def _passport_last_day(self):
        """Return the day this session ends on, where it is held."""
        self.ensure_one()
        return calendar.local_date(self.date_end, self._passport_timezone())
