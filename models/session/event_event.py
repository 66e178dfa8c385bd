import pytz

from odoo import api, fields, models

from ...tools import calendar
from ..ground.selections import TRAINER_QUALIFICATIONS, TRAINING_MODALITIES


class EventEvent(models.Model):
    _inherit = "event.event"

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
    training_modality = fields.Selection(
        TRAINING_MODALITIES, string="Delivery", help="How the training was delivered."
    )
    trainer_ids = fields.Many2many(
        "res.partner", "event_event_trainer_rel", "event_id", "partner_id", string="Trainers"
    )
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
    passport_ready_count = fields.Integer(compute="_compute_passport_counts")
    passport_blocked_count = fields.Integer(compute="_compute_passport_counts")
    passport_declared_count = fields.Integer(compute="_compute_passport_counts")
    passport_declaration_ids = fields.One2many("passport.declaration", "event_id")
    passport_declaration_count = fields.Integer(compute="_compute_passport_declaration_count")

    @api.depends("event_ticket_ids.product_id.product_tmpl_id")
    def _compute_training_id(self):
        for event in self:
            trainings = event.event_ticket_ids.product_id.product_tmpl_id
            event.training_id = trainings if len(trainings) == 1 else event.training_id

    @api.depends("trainer_ids.trainer_qualification")
    def _compute_trainer_qualification(self):
        for event in self:
            found = set(event.trainer_ids.mapped("trainer_qualification")) - {False}
            event.trainer_qualification = (
                found.pop() if len(found) == 1 else event.trainer_qualification
            )

    @api.depends("registration_ids.passport_state")
    def _compute_passport_counts(self):
        groups = self.env["event.registration"]._read_group(
            [("event_id", "in", self.ids)], ["event_id", "passport_state"], ["__count"]
        )
        counts = {(event.id, state): count for event, state, count in groups}
        for event in self:
            event.passport_ready_count = counts.get((event.id, "ready"), 0)
            event.passport_blocked_count = counts.get((event.id, "blocked"), 0) + counts.get(
                (event.id, "rejected"), 0
            )
            event.passport_declared_count = counts.get((event.id, "declared"), 0) + counts.get(
                (event.id, "in_progress"), 0
            )

    @api.depends("passport_declaration_ids")
    def _compute_passport_declaration_count(self):
        groups = self.env["passport.declaration"]._read_group(
            [("event_id", "in", self.ids)], ["event_id"], ["__count"]
        )
        counts = {event.id: count for event, count in groups}
        for event in self:
            event.passport_declaration_count = counts.get(event.id, 0)

    def write(self, vals):
        before = self.filtered("training_id")
        result = super().write(vals)
        # A session whose training becomes known only now has attendees without a contact.
        (self - before).filtered("training_id").registration_ids._find_attendees()
        return result

    def action_passport_declare(self):
        """Open the declaration wizard on these sessions."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declare_action"
        )
        action["context"] = {"default_event_ids": self.ids}
        return action

    def action_passport_registrations(self):
        """Open the attendees of this session with what keeps them from being declared."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_passport_action"
        )
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = {"default_event_id": self.id}
        return action

    def action_passport_declarations(self):
        """Open the declarations of this session."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.passport_declaration_action"
        )
        action["domain"] = [("event_id", "=", self.id)]
        action["context"] = {}
        return action

    def _passport_timezone(self):
        """Return the timezone of this session as a ``tzinfo``: the dates of files are its dates."""
        self.ensure_one()
        return pytz.timezone(self.date_tz or calendar.PORTAL_TIMEZONE)
