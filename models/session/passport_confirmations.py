from odoo import api, models

# Odoo's scheduled actions: the first makes the mails of a session, the second sends them.
SCHEDULED_ACTIONS = ("event.event_mail_scheduler", "mail.ir_cron_mail_scheduler_action")


class PassportConfirmations(models.AbstractModel):
    """The mails that follow each registration in a training: made by the scheduled action.

    Odoo makes them within the registration's creation, and commits there: an import that is only
    tried out keeps its rows, whoever works within a savepoint fails half-way, and what should be
    done after the creation is left undone. The scheduled action starts as soon as the registration is
    there for good, and writes to nobody of a session that is over.
    """

    _name = "passport.confirmations"
    _description = "Confirmations of Registrations"

    @api.model
    def _later(self, registrations):
        """Have the scheduled action write to those of these registrations that are confirmed."""
        confirmed = registrations.filtered(lambda registration: registration.state == "open")
        if not confirmed or not self._schedulers(confirmed):
            return
        for xml_id in SCHEDULED_ACTIONS:
            self.env.ref(xml_id).sudo()._trigger()

    @api.model
    def _schedulers(self, registrations):
        """Return the communications that follow each registration in these sessions."""
        return (
            self.env["event.mail"]
            .sudo()
            .search(
                [
                    ("event_id", "in", registrations.event_id.ids),
                    ("interval_type", "=", "after_sub"),
                ],
                limit=1,
            )
        )
