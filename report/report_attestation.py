from odoo import api, models


class ReportAttestation(models.AbstractModel):
    """The attestation of each attendee: only for who attended."""

    _name = "report.passeport_prevention.report_attestation"
    _description = "Training Attestation"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the template needs.

        :raises UserError: one of them did not attend
        """
        return self.env["passport.attestation"]._report_values(docids)


class ReportCertificate(models.AbstractModel):
    """The completion certificate of each attendee: only for who attended."""

    _name = "report.passeport_prevention.report_certificate"
    _description = "Completion Certificate"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the template needs.

        :raises UserError: one of them did not attend
        """
        return self.env["passport.attestation"]._report_values(docids)
