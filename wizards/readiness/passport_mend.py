from odoo import api, fields, models

# The forms that our own screens use, where Odoo's own would show a conference or a good for sale.
FORMS = {
    "event.event": "passeport_prevention.event_event_view_form_session",
    "product.template": "passeport_prevention.product_template_view_form_training",
}


class PassportMend(models.TransientModel):
    """What keeps an attendee from being declared, each reason with its own way to where it is mended."""

    _name = "passport.mend"
    _description = "What to Fix"
    _rec_name = "registration_id"

    registration_id = fields.Many2one("event.registration", required=True, ondelete="cascade")
    line_ids = fields.One2many("passport.mend.line", "mend_id")

    @api.model
    def _open(self, registration):
        """Return the action that leads to where an attendee is mended.

        With one reason that is the record, else the list of the reasons.
        """
        places = self.env["passport.readiness"]._places(registration)
        warnings = self.env["passport.issue"]._codes("warning")
        blocking = [place for place in places if place.code not in warnings] or places
        if not blocking:
            return self._go(registration, "")
        if len(blocking) == 1:
            return self._go(blocking[0].record, blocking[0].field)
        mend = self.create(
            {
                "registration_id": registration.id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "message": place.message,
                            "is_warning": place.code in warnings,
                            "res_model": place.record._name,
                            "res_id": place.record.id,
                            "field": place.field,
                        }
                    )
                    for place in sorted(places, key=lambda place: place.code in warnings)
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What to Fix: %s", registration.name or registration.display_name),
            "res_model": self._name,
            "res_id": mend.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _go(self, record, field):
        """Return the action that opens a record's form, on a field of it."""
        own = FORMS.get(record._name)
        view = self.env.ref(own, raise_if_not_found=False) if own else None
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(view.id if view else False, "form")],
            "target": "current",
            "context": {"passport_focus": field} if field else {},
        }


class PassportMendLine(models.TransientModel):
    """One reason, and where it is mended."""

    _name = "passport.mend.line"
    _description = "Reason to Fix"

    mend_id = fields.Many2one("passport.mend", required=True, ondelete="cascade")
    message = fields.Char(readonly=True)
    is_warning = fields.Boolean(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    field = fields.Char(readonly=True)

    def action_go(self):
        """Open the record where this reason is mended."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        return self.env["passport.mend"]._go(record, self.field)
