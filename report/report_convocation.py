from odoo import api, models


class ReportConvocation(models.AbstractModel):
    """The convocation of each attendee."""

    _name = "report.passeport_prevention.report_convocation"
    _description = "Convocation"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the template needs, with the links of all attendees looked up at once.

        :raises AccessError: the user does not run sessions
        :raises UserError: one of them is not named, or not confirmed
        """
        return self.env["passport.convocations"]._report_values(docids)
