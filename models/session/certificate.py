"""The own columns of a certificate of success."""

from ...tools.readiness import CERTIFICATE_COLUMNS

# Of the attendee: the field, the column of the file.
JDR_COLUMNS = dict(CERTIFICATE_COLUMNS)
