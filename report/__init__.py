from . import report_agreement, report_attestation, report_convocation
