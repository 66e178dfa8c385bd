"""The access log outlives what it tells of: its foreign keys go."""


def migrate(cr, version):
    """Drop the foreign keys that the version before made."""
    for column in ("user_id", "partner_id", "company_id"):
        cr.execute(
            f"ALTER TABLE passport_nir_access DROP CONSTRAINT IF EXISTS passport_nir_access_{column}_fkey"
        )
