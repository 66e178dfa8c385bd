"""Who holds which number, who may see it, until when?"""

from . import (
    passport_nir_sealed,
    passport_nir,
    passport_nir_access,
    passport_nir_keys,
    passport_nir_lookup,
    passport_nir_purge,
    res_company,
    res_partner,
    res_partner_import,
    res_partner_refusal,
    res_users,
)
