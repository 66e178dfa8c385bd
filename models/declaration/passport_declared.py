from odoo import api, models


class PassportDeclared(models.AbstractModel):
    """Where is an attendee declared? For the texts of rooms below."""

    _name = "passport.declared"
    _description = "Declared Attendees"

    @api.model
    def _places(self, registrations):
        """Return ``{registration: name of its declaration}`` of those in a declaration."""
        lines = (
            self.env["passport.declaration.line"]
            .sudo()
            .search_fetch(
                [("registration_id", "in", registrations.ids), ("is_live", "=", True)],
                ["registration_id", "declaration_id"],
            )
        )
        return {line.registration_id: line.declaration_id.name for line in lines}
