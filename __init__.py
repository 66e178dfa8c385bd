from . import controllers, models, report, wizards


def post_init_hook(env):
    """Tell the readiness of registrations that were there before: the issues are known only now."""
    registrations = env["event.registration"].with_context(active_test=False)
    registrations.search([])._mark_passport_state()


def uninstall_hook(env):
    """Remove what the addon made at run time and Odoo does not know as its data.

    The key file stays: other databases of the server may use it.
    """
    codes = ["passport.declaration", "passport.deposit"]
    env["ir.sequence"].sudo().search([("code", "in", codes)]).unlink()
    proofs = env["res.partner"].sudo().with_context(active_test=False)
    proofs.search([("nir_refusal_proof_id", "!=", False)]).nir_refusal_proof_id.unlink()
    env["ir.config_parameter"].sudo().search([("key", "=like", "passeport_prevention.%")]).unlink()
