from odoo import api, models


class ReportAgreement(models.AbstractModel):
    """The agreement of each order: one for all its sessions."""

    _name = "report.passeport_prevention.report_agreement"
    _description = "Training Agreement"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the template needs.

        :raises UserError: something the law asks for is missing
        """
        return self.env["passport.agreement"]._report_values(docids)


class ReportAgreementSession(models.AbstractModel):
    """The agreements of each order: one for each of its sessions."""

    _name = "report.passeport_prevention.report_agreement_session"
    _description = "Training Agreement of Each Session"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the template needs.

        :raises UserError: something the law asks for is missing
        """
        return self.env["passport.agreement"]._report_values(docids, per_session=True)
