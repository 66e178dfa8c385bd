from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.res_users import check_identity

from ...tools import authority_form, nir


class PassportDeclarationLine(models.Model):
    """The ticks of the assisted entry: who typed this attendee into the portal, and when."""

    _inherit = "passport.declaration.line"

    typed_on = fields.Datetime(readonly=True, copy=False)
    typed_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    def entry_tick(self, version):
        """Tick this attendee off as typed into the portal; a colleague's earlier tick stays.

        :param version: of the values that were typed, as ``entry_sheet`` gave it
        :returns: the sheet as it is now
        :raises UserError: the values changed meanwhile, or may not be typed any more
        """
        self._check_entry_line()
        self.declaration_id._check_can_be_typed()
        line = self.sudo()
        if version != authority_form.version(line.declaration_id.document, line._row(None)):
            raise UserError(
                self.env._(
                    "%s: the values changed while you typed them. Compare them with the portal before "
                    "you tick this attendee off.",
                    line.attendee_name,
                )
            )
        if not line.typed_on:
            line.write({"typed_on": fields.Datetime.now(), "typed_by_id": self.env.uid})
        return self.declaration_id.entry_sheet()

    def entry_untick(self):
        """Take the tick of this attendee back; only before the declaration is deposited.

        :returns: the sheet as it is now
        """
        self._check_entry_line()
        self.sudo().write({"typed_on": False, "typed_by_id": False})
        return self.declaration_id.entry_sheet()

    @check_identity
    def action_entry_nir(self):
        """Give the NIR of this attendee to the client action, after the password was asked for.

        13 characters, as the portal wants it; the access log tells it. It travels in what closes
        the password dialog, so that no view, address or stored action ever holds it.

        :raises UserError: nothing may be typed at the moment
        """
        self._check_entry_line()
        self.declaration_id._check_can_be_typed()
        number = self.sudo()._entry_numbers()[self.sudo()]
        self.env["passport.nir.access"]._record(self.partner_id, "reveal", self.declaration_id.name)
        return {"type": "ir.actions.act_window_close", "infos": {"nir": number}}

    def _entry_numbers(self):
        """Return ``{line: NIR}`` as the portal wants it (13 characters); the only place to read it."""
        numbers = self.env["passport.nir"]._read_numbers(self.partner_id)
        return {line: nir.parse(numbers.get(line.partner_id.id)).body for line in self}

    def _check_entry_line(self):
        """Check that the user may work on this line in the assisted entry, and that it is open."""
        self.ensure_one()
        self.declaration_id._check_entry()
        self.check_access("read")
        if self.state != "prepared":
            raise UserError(
                self.env._(
                    "%s is deposited or withdrawn: ticks cannot change any more.",
                    self.sudo().attendee_name,
                )
            )

    def _untick_changed(self):
        """Take back the ticks of attendees whose values changed after they were typed."""
        self.write({"typed_on": False, "typed_by_id": False})
        for declaration, lines in self.grouped("declaration_id").items():
            declaration._message_log(
                body=self.env._(
                    "Values changed after these attendees were typed into the portal; they are to be "
                    "typed again: %s",
                    ", ".join(lines.mapped("attendee_name")),
                )
            )
