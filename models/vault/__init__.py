"""Who holds which number, who may see it, until when?

Owns the vault (``passport.nir``), its door (``passport.vault``), its keys, its access log, the purge,
refusals, and the NIR and the birth name of ``res.partner``. Uses ``ground`` and ``tools/`` only; who
stands above is told and asked through the named lists of ``followers``.
"""

from . import (
    followers,
    identity,
    ir_default,
    ir_filters,
    passport_nir_sealed,
    ir_attachment,
    mail_activity,
    mail_mail,
    mail_message,
    mail_scheduled_message,
    mail_thread,
    mail_tracking_value,
    passport_birth_names,
    passport_intake,
    passport_masking,
    passport_nir,
    passport_nir_access,
    passport_nir_copies,
    passport_nir_keys,
    passport_nir_lookup,
    passport_nir_merge,
    passport_nir_purge,
    passport_nir_refusal,
    passport_typed,
    passport_vault,
    res_company,
    res_partner,
    res_users,
)
