from odoo import api, fields, models

from ...tools.same_name import name_keys
from ..ground.passport_rights import USER_GROUP
from ..ground.selections import TRAINER_QUALIFICATIONS


class ResPartner(models.Model):
    """What a person attended, and as what a trainer is qualified."""

    _inherit = "res.partner"

    trainer_qualification = fields.Selection(
        TRAINER_QUALIFICATIONS,
        string="Trainer's Qualification",
        help="Proposed on the sessions this person teaches.",
    )
    # By which people are found, whatever the spelling: see `tools/same_name.py`. Companies have none.
    passport_name_key = fields.Char(
        string="Name Key",
        compute="_compute_passport_name_keys",
        store=True,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
    )
    passport_other_name_key = fields.Char(
        string="Other Name Key",
        compute="_compute_passport_name_keys",
        store=True,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
        help="Of the other official spelling: Mueller, where the name is Müller.",
    )
    passport_namesake_ids = fields.Many2many(
        "res.partner",
        string="May Be the Same Person",
        compute="_compute_passport_namesake_ids",
        groups=USER_GROUP,
        help="Contacts of the same name and birth name, whose numbers do not tell them apart.",
    )
    passport_registration_ids = fields.One2many(
        "event.registration", "attendee_partner_id", string="Trainings Attended"
    )
    passport_registration_count = fields.Integer(
        string="Number of Trainings",
        compute="_compute_passport_registration_count",
        groups="event.group_event_registration_desk",
    )

    @api.depends("name", "is_company")
    def _compute_passport_name_keys(self):
        for partner in self:
            keys = [] if partner.is_company else sorted(name_keys(partner.name))
            partner.passport_name_key, partner.passport_other_name_key = (*keys, False, False)[:2]

    @api.depends("name", "birth_name")
    def _compute_passport_namesake_ids(self):
        found = self.env["passport.namesakes"]._of(self)
        for partner in self:
            partner.passport_namesake_ids = found.get(partner, False)

    @api.depends("company_registry", "city")
    @api.depends_context("show_siret")
    def _compute_display_name(self):
        """Establishments of one name are told apart where they are picked."""
        result = super()._compute_display_name()
        if self.env.context.get("show_siret") and self.env.context.get("formatted_display_name"):
            self.env["passport.employers"]._tell_apart(self)
        return result

    @api.model
    def _search_display_name(self, operator, value):
        """An employer is found by its SIRET too, however it is spaced."""
        domain = super()._search_display_name(operator, value)
        if self.env.context.get("show_siret") and operator == "ilike":
            return self.env["passport.employers"]._or_numbered(domain, value)
        return domain

    def _compute_passport_registration_count(self):
        groups = self.env["event.registration"]._read_group(
            [("attendee_partner_id", "in", self.ids)], ["attendee_partner_id"], ["__count"]
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.passport_registration_count = counts.get(partner.id, 0)

    @api.model
    def default_get(self, fields):
        """A SIRET typed where an employer is picked is the SIRET of the new one, not its name."""
        values = super().default_get(fields)
        if self.env.context.get("show_siret"):
            return self.env["passport.employers"]._to_create(values)
        return values

    def get_formview_action(self, access_uid=None):
        """A link opens the whole contact, not the short form of a pick list."""
        action = super().get_formview_action(access_uid=access_uid)
        if self.env.context.get("show_siret"):
            action["context"].pop("form_view_ref", None)
        return action

    def action_passport_merge_namesakes(self):
        """Open Odoo's merge of contacts on this person and whoever may be the same."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("base.action_partner_merge")
        people = self | self.passport_namesake_ids
        return {**action, "context": {"active_model": self._name, "active_ids": people.ids}}

    @api.model
    def action_passport_namesakes(self):
        """Open all people who may be in here twice, those of one name together."""
        self.env["passport.rights"]._check(USER_GROUP)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.res_partner_namesakes_action"
        )
        people = self.env["passport.namesakes"]._all()
        return {**action, "domain": [("id", "in", people.ids)]}

    @api.model
    def get_import_templates(self):
        return [
            *super().get_import_templates(),
            {
                "label": self.env._("Import Template for Trainees"),
                "template": "/passeport_prevention/static/xlsx/contacts.xlsx",
            },
        ]
