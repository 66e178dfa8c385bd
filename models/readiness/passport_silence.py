from odoo import api, models
from odoo.tools.constants import PREFETCH_MAX

from .passport_readiness import STORED_FIELDS


class PassportSilence(models.AbstractModel):
    """Who attends no training of ours: found once, and then nothing is looked for any more.

    ``passport_is_silent`` says that the stored state is "not concerned" and that no issue is stored.
    Only what readiness found sets it; what may give somebody a training elsewhere than on the
    registration itself (another session, another training body's setting) lifts it.
    """

    _name = "passport.silence"
    _description = "Registrations of No Training"

    @api.model
    def _registrations_created(self, registrations, vals_list, memo):
        """Say it at once of who is registered for no training: nothing else is stored of them yet."""
        silent = registrations.sudo().filtered(
            lambda seat: (
                not (
                    seat.training_id
                    or seat.passport_line_state
                    or seat.company_id._passport_holds_trainings_only()
                )
            )
        )
        computed = [silent._fields[fname] for fname in STORED_FIELDS]
        for field in computed:
            self.env.remove_to_compute(field, silent)
        with self.env.protecting(computed, silent):
            silent.passport_state = "not_concerned"
            silent.passport_is_silent = True

    @api.model
    def _broken(self, registrations):
        """Return those to look at: not who was found to be silent, and still attends no training.

        Of many at once, what is stored is read in one go anyway.
        """
        if len(registrations) > PREFETCH_MAX:
            return registrations
        return registrations.filtered(
            lambda seat: seat.training_id or seat.passport_line_state or not seat.passport_is_silent
        )

    @api.model
    def _store(self, registrations, silence):
        """Store what was found, ``{id: (what is stored, what was found)}``, while it is computed."""
        for silent in (True, False):
            changed = [one for one, (was, now) in silence.items() if now is silent is not was]
            registrations.browse(changed).passport_is_silent = silent

    @api.model
    def _lift(self, registrations):
        """Have readiness told anew of these, though nothing was to be said of them until now."""
        registrations = registrations.sudo().with_context(active_test=False)
        silent = registrations.search(
            [("id", "in", registrations.ids), ("passport_is_silent", "=", True)]
        )
        with self.env.protecting([registrations._fields["passport_is_silent"]], silent):
            silent.passport_is_silent = False
        self.env["passport.readiness"]._refresh(registrations)
