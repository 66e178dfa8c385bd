from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.same_name import is_close_name


class PassportSamePeople(models.TransientModel):
    """Many people registered under another name than their contact's: which are one person?

    Said for many at once, where somebody sees both names: nobody is declared with another one's number.
    """

    _name = "passport.same.people"
    _description = "Registered Under Another Name"

    line_ids = fields.One2many("passport.same.people.line", "dialog_id", string="Attendees")

    @api.model
    def _open(self, registrations):
        """Return the action that shows those of the registrations whose contact is called otherwise.

        :raises UserError: there are none
        """
        registrations.check_access("write")
        differing = registrations.filtered(self.env["passport.identity"]._may_be_joined)
        if not differing:
            raise UserError(
                self.env._("None of these attendees has a contact of another name: nothing to say.")
            )
        lines = [self._line(seat) for seat in differing]
        dialog = self.create({"line_ids": [fields.Command.create(line) for line in lines]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("One Person, or Two?"),
            "res_model": self._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _line(self, registration):
        """Return a line: close names are taken for one person, others wait for somebody to say so."""
        person = registration.sudo().attendee_partner_id
        close = is_close_name(registration.name, person.name)
        return {"registration_id": registration.id, "is_same": close, "is_close": close}

    def action_apply(self):
        """Make those that are ticked one person with their contact, under the contact's name."""
        self.ensure_one()
        identity = self.env["passport.identity"]
        joined = self.line_ids.filtered("is_same").registration_id
        joined.check_access("write")
        # Somebody may have mended one of them meanwhile.
        joined = joined.filtered(identity._may_be_joined)
        for registration in joined:
            identity._join(registration, registration.attendee_partner_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if joined else "info",
                "message": self.env._(
                    "Attendees who bear the name of their contact now: %s", len(joined)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class PassportSamePeopleLine(models.TransientModel):
    """A registration beside its contact: both names, and whether they are one person."""

    _name = "passport.same.people.line"
    _description = "Attendee Registered Under Another Name"
    _order = "is_close DESC, id"

    dialog_id = fields.Many2one("passport.same.people", required=True, ondelete="cascade")
    registration_id = fields.Many2one("event.registration", required=True, readonly=True)
    name = fields.Char(related="registration_id.name", string="Registered As")
    event_id = fields.Many2one(related="registration_id.event_id", string="Session")
    attendee_partner_id = fields.Many2one(
        related="registration_id.attendee_partner_id", string="Contact"
    )
    is_close = fields.Boolean(
        string="Nearly the Same", readonly=True, help="The names differ by a typing error at most."
    )
    is_same = fields.Boolean(
        string="The Same Person",
        help="Tick it if both names are one person's: the registration then goes by the "
        "contact's name. Unticked, nothing changes.",
    )
