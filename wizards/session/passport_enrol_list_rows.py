from odoo import api, fields, models

from ...tools.list_columns import FIELDS


class PassportEnrolListColumn(models.TransientModel):
    """A column of the list, and what it holds."""

    _name = "passport.enrol.list.column"
    _description = "Column of a List"
    _order = "position"
    _rec_name = "label"

    list_id = fields.Many2one("passport.enrol.list", required=True, ondelete="cascade")
    position = fields.Integer(required=True, readonly=True)
    label = fields.Char(string="Column", readonly=True)
    field = fields.Selection(
        lambda self: self._selection_field(),
        string="Holds",
        help="What this column holds. What is of no use here is left out and kept nowhere.",
    )
    found_field = fields.Char(readonly=True)

    @api.model
    def _selection_field(self):
        labels = {
            "name": self.env._("First and last name"),
            "last_name": self.env._("Last name"),
            "first_name": self.env._("First name"),
            "birth_name": self.env._("Birth name"),
            "civility": self.env._("Title (M., Mme)"),
            "nir": self.env._("Social security number"),
            "nir_key": self.env._("Key of the social security number"),
            "email": self.env._("E-mail"),
            "phone": self.env._("Telephone"),
            "employer": self.env._("Employer"),
            "siret": self.env._("SIRET"),
            "employer_siret": self.env._("Employer and SIRET"),
            "reference": self.env._("Employer's reference"),
            "refused": self.env._("Refuses to give the number"),
        }
        return [(name, labels[name]) for name in FIELDS]


class PassportEnrolListLine(models.TransientModel):
    """A person of the list as it is shown: never the number."""

    _name = "passport.enrol.list.line"
    _description = "Person of a List"
    _order = "line"

    list_id = fields.Many2one("passport.enrol.list", required=True, ondelete="cascade")
    line = fields.Integer(string="Row", readonly=True)
    name = fields.Char(readonly=True)
    birth_name = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    employer = fields.Char(readonly=True)
    siret = fields.Char(string="SIRET", readonly=True)
    has_number = fields.Boolean(string="NIR", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Known As", readonly=True)
    status = fields.Selection(
        [
            ("new", "New"),
            ("known", "Known"),
            ("registered", "Already in the Session"),
            ("no_seat", "No Seat Left"),
            ("wrong", "Cannot Be Enrolled"),
        ],
        readonly=True,
    )
    messages = fields.Text(string="To Know", readonly=True)
