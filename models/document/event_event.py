from odoo import fields, models


class EventEvent(models.Model):
    """What the documents of a session print of it besides what the session is."""

    _inherit = "event.event"

    training_hours = fields.Char(
        string="Daily Hours",
        help="Such as “9:00–12:30 and 13:30–17:00”. Empty: from the first hour of the session to the "
        "last one.",
    )
    training_access = fields.Text(
        string="Getting There", help="Access, parking, whom to ask for; printed on convocations."
    )

    def action_passport_convocations(self):
        """Open the dialog that sends the convocations of this session."""
        self.ensure_one()
        return self.env["passport.convocations"]._open_dialog(self)

    def _passport_attendance_file_name(self):
        """Return the name of the file of the attendance sheets."""
        self.ensure_one()
        return self.env._("Attendance sheet - %s", self.name).replace("/", "-")
