from odoo import api, fields, models, tools


class PassportIssue(models.Model):
    """A reason why an attendee cannot be declared, or a warning about one.

    The rows are the addon's data, one for each code that ``event.registration._passport_issues``
    can return. They exist so that attendees can be filtered and grouped by reason.
    """

    _name = "passport.issue"
    _description = "Declaration Issue"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    is_blocking = fields.Boolean(
        string="Blocking",
        readonly=True,
        help="An attendee with a blocking issue cannot be declared. A warning does not block.",
    )
    sequence = fields.Integer(default=10)

    _code_unique = models.Constraint("unique(code)", "Each issue code exists once.")

    @api.model
    @tools.ormcache()
    def _ids_by_code(self):
        """Return ``{code: id of its passport.issue}`` for all codes."""
        return {issue.code: issue.id for issue in self.sudo().search([])}

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
