from odoo import api, models


class ReportAgreement(models.AbstractModel):
    """The agreement of each order: one for all its sessions."""

    _name = "report.passeport_prevention.report_agreement"
    _description = "Training Agreement"
    _per_session = False

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the template needs.

        :raises UserError: something the law asks for is missing, see
            :meth:`sale.order._check_training_agreement`
        """
        orders = self.env["sale.order"].browse(docids)
        orders._check_training_agreement()
        return {
            "doc_ids": docids,
            "doc_model": orders._name,
            "docs": orders,
            "per_session": self._per_session,
        }


class ReportAgreementSession(models.AbstractModel):
    """The agreements of each order: one for each of its sessions."""

    _name = "report.passeport_prevention.report_agreement_session"
    _inherit = "report.passeport_prevention.report_agreement"
    _description = "Training Agreement of Each Session"
    _per_session = True
