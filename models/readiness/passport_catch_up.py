from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..ground.passport_rights import DECLARANT_GROUP

# Up to so many attendees are caught up with at once, while the user waits.
AT_ONCE = 200
# Attendees of one batch: it is committed before the next one begins.
BATCH = 500
KEPT_MONTHS = 12


class PassportCatchUp(models.Model):
    """Past sessions, when a product turns out to be a training: who took part, for whom?

    Events hold no training until one of ours is sold by their tickets. Once a product is one, its
    events since the first declared day become sessions of it, and their attendees get their contacts.
    Few are done at once; many in the background, in batches that survive a stop: what is done is told
    by the events themselves. Nothing is sent, and no chatter is told.
    """

    _name = "passport.catch.up"
    _description = "Catch-Up of Past Sessions"
    _order = "id desc"

    training_ids = fields.Many2many("product.template", string="Trainings", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Asked By", readonly=True, default=lambda self: self.env.user
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
        required=True,
        readonly=True,
        default="waiting",
    )
    since = fields.Date(
        readonly=True, help="The first day that is to be declared: earlier sessions are left alone."
    )
    last_event_id = fields.Integer(readonly=True)
    session_total = fields.Integer(string="Sessions to Look At", readonly=True)
    session_count = fields.Integer(string="Sessions Done", readonly=True)
    attendee_count = fields.Integer(string="Attendees", readonly=True)
    found_count = fields.Integer(string="Contacts Found", readonly=True)
    made_count = fields.Integer(string="Contacts Made", readonly=True)
    unnamed_count = fields.Integer(string="Not Named Yet", readonly=True)
    done_on = fields.Datetime(readonly=True)
    progress = fields.Float(compute="_compute_progress")

    @api.depends("session_total", "session_count", "state")
    def _compute_progress(self):
        for run in self:
            part = run.session_count / run.session_total if run.session_total else 1.0
            run.progress = 100.0 * (1.0 if run.state == "done" else part)

    @api.depends("state", "create_date")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Catch-Up of Past Sessions")

    # ------------------------------------------------------------
    # What is followed
    # ------------------------------------------------------------

    @api.model
    def _before_training_write(self, trainings, vals):
        """Return the products that are no trainings of ours yet."""
        return trainings.filtered(lambda one: not one.is_passport_training)

    @api.model
    def _after_training_write(self, trainings, vals, before):
        if found := before.filtered("is_passport_training"):
            self._start(found)

    # ------------------------------------------------------------
    # Running
    # ------------------------------------------------------------

    @api.model
    def _start(self, trainings):
        """Catch up with the sessions of trainings: now if they are few, else in the background.

        :returns: the run, an empty one where there is nothing to catch up with
        """
        values = {
            "training_ids": [Command.set(trainings.ids)],
            "since": self.env.company._passport_first_day(),
        }
        sessions, attendees = self.sudo().new(values)._sizes()
        if not sessions:
            return self.sudo().browse()
        run = self._waiting_run()
        if run:
            # Several products accepted at once are one run.
            run.training_ids |= trainings
            run.session_total += sessions
            return run
        run = self.sudo().create({**values, "session_total": sessions})
        if attendees > AT_ONCE:
            self.env.ref("passeport_prevention.ir_cron_catch_up").sudo()._trigger()
            return run
        while run.state != "done":
            run._run_batch()
        return run

    @api.model
    def _waiting_run(self):
        waiting = [("state", "=", "waiting"), ("user_id", "=", self.env.uid)]
        return self.sudo().search(waiting, limit=1)

    @api.model
    def _told_after(self, trainings):
        """Return what becomes of the past sessions of trainings just made, ``False`` if there are none.

        :param trainings: the products that are trainings by now
        """
        run = self.sudo().search([("training_ids", "in", trainings.ids)], limit=1)
        if run.state == "done":
            return run._result_text()
        return run and self.env._(
            "Past sessions looked through in the background: %s. Configuration › Catch-Up shows how "
            "far it is.",
            run.session_total,
        )

    @api.model
    def _cron_catch_up(self):
        """Work on the runs that are not done, batch after batch, each one committed."""
        runs = self.sudo().search([("state", "!=", "done")], order="id")
        left = sum(run.session_total - run.session_count for run in runs)
        self.env["ir.cron"]._commit_progress(remaining=left)
        for run in runs:
            while run.state != "done":
                done = run._run_batch()
                if not self.env["ir.cron"]._commit_progress(done):
                    return

    def _run_batch(self):
        """Catch up with some sessions, and note how far this run came; return how many they were."""
        self.ensure_one()
        events, last_id = self._next_events()
        if last_id is None:
            self._finish()
            return 0
        # Nobody asked for these records: no chatter tells of them.
        quiet = events.with_context(tracking_disable=True)
        registrations = self._make_sessions(quiet)
        before = registrations.filtered("attendee_partner_id")
        quiet.env["passport.identity"]._find(registrations)
        named = registrations.filtered("attendee_partner_id") - before
        made = named.filtered("attendee_created").attendee_partner_id
        self.write(
            {
                "state": "running",
                "last_event_id": last_id,
                "session_count": self.session_count + len(events),
                "attendee_count": self.attendee_count + len(registrations),
                "made_count": self.made_count + len(made),
                "found_count": self.found_count + len(named.attendee_partner_id - made),
                "unnamed_count": self.unnamed_count + len(registrations - before - named),
            }
        )
        self.env.flush_all()
        return len(events)

    def _make_sessions(self, events):
        """Give these events, and who takes part in them, their training; return the registrations."""
        registrations = events.with_context(active_test=False).registration_ids
        for records in (events, registrations):
            records.env.add_to_compute(records._fields["training_id"], records)
            records._recompute_recordset(["training_id"])
        return registrations.filtered("training_id")

    def _finish(self):
        self.write({"state": "done", "done_on": fields.Datetime.now()})
        self.user_id._bus_send(
            "simple_notification",
            {
                "type": "success",
                "title": self.env._("Passeport de prévention"),
                "message": self._result_text(),
                "sticky": True,
            },
        )

    def _result_text(self):
        """Return in a sentence what was found, in the language of who asked."""
        self.ensure_one()
        run = self.with_context(lang=self.user_id.lang or self.env.lang)
        return run.env._(
            "Past sessions looked at: %(sessions)s; attendees: %(attendees)s. Contacts found: %(found)s, "
            "made: %(made)s; attendees not named yet: %(unnamed)s.",
            sessions=run.session_count,
            attendees=run.attendee_count,
            found=run.found_count,
            made=run.made_count,
            unnamed=run.unnamed_count,
        )

    # ------------------------------------------------------------
    # What is left
    # ------------------------------------------------------------

    def _sold(self):
        """Return the condition of the events that sell seats of these trainings and hold none yet."""
        self.ensure_one()
        return SQL(
            """
            event.id > %(last)s
            AND (event.date_end >= COALESCE(
                    (SELECT passport_first_day FROM res_company WHERE id = event.company_id),
                    %(lawful)s::date)) IS NOT FALSE
            AND EXISTS (SELECT FROM event_event_ticket ticket
                          JOIN product_product product ON product.id = ticket.product_id
                         WHERE ticket.event_id = event.id
                           AND product.product_tmpl_id = ANY(%(trainings)s))
            AND (event.training_id IS NULL
                 OR EXISTS (SELECT FROM event_registration without
                             WHERE without.event_id = event.id AND without.training_id IS NULL))
            """,
            last=self.last_event_id or 0,
            lawful=self.env["passport.law"]._since("body_declares"),
            trainings=self.training_ids._origin.ids,
        )

    def _sizes(self):
        """Return how many sessions and attendees there are to catch up with."""
        for model in ("res.company", "event.event", "event.event.ticket", "event.registration"):
            self.env[model].flush_model()
        ((sessions, attendees),) = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*), COALESCE(SUM(
                           (SELECT COUNT(*) FROM event_registration reg
                             WHERE reg.event_id = event.id)), 0)
                  FROM event_event event WHERE %s
                """,
                self._sold(),
            )
        )
        return sessions, int(attendees)

    def _next_events(self):
        """Return the events of the next batch and the last id among them, ``None`` at the end."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM (
                    SELECT event.id, SUM(
                               (SELECT COUNT(*) FROM event_registration reg
                                 WHERE reg.event_id = event.id)) OVER (ORDER BY event.id) AS people,
                           ROW_NUMBER() OVER (ORDER BY event.id) AS place
                      FROM event_event event WHERE %s) AS batch
                 WHERE people <= %s OR place = 1
                 ORDER BY id
                """,
                self._sold(),
                BATCH,
            )
        )
        ids = [one for (one,) in rows]
        return self.env["event.event"].browse(ids), ids[-1] if ids else None

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_attendees(self):
        """Open the attendees that were caught up with and cannot be declared yet."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "passeport_prevention.event_registration_passport_action"
        )
        domain = Domain("training_id", "in", self.training_ids.ids) & Domain(
            "passport_standing", "in", ("blocked", "incomplete")
        )
        return {**action, "domain": list(domain), "context": {}}

    def action_run_again(self):
        """Look again, for sessions that were added or changed since.

        :raises AccessError: the user is no declarant
        """
        self.ensure_one()
        self.env["passport.rights"]._check(DECLARANT_GROUP)
        run = self._start(self.sudo().training_ids)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": run.id or self.id,
            "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_runs(self):
        """Forget runs that were done long ago."""
        limit = fields.Datetime.now() - relativedelta(months=KEPT_MONTHS)
        self.search([("done_on", "<", limit)]).unlink()
