from odoo import api, models


class ReportAttestation(models.AbstractModel):
    """The attestation of each attendee: only for who attended."""

    _name = "report.passeport_prevention.report_attestation"
    _description = "Training Attestation"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the template needs.

        :raises UserError: one of them did not attend, see
            :meth:`event.registration._check_passport_attended`
        """
        registrations = self.env["event.registration"].browse(docids)
        registrations._check_passport_attended()
        return {"doc_ids": docids, "doc_model": registrations._name, "docs": registrations}


class ReportCertificate(models.AbstractModel):
    """The certificate of completion of each attendee: only for who attended."""

    _name = "report.passeport_prevention.report_certificate"
    _inherit = "report.passeport_prevention.report_attestation"
    _description = "Certificate of Completion"
