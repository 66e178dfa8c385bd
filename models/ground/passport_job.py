from datetime import timedelta
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools.nir_text import hide_numbers, holds_number
from .passport_rights import MANAGER_GROUP

WAITING, RUNNING, DONE, STOPPED = "waiting", "running", "done", "stopped"
LIVE = (WAITING, RUNNING)
KEPT_WEEKS = 8
# More are not read by anybody on one page.
MOST_TOLD = 100


class Kind(NamedTuple):
    """One kind of long work: its name, who does it, on which records, how many at a time.

    ``service`` is one of a room above with ``_job_batch(records, job)``: it does what is asked for
    these records, as the user and in the companies of the job, and returns ``{record: reason}`` of
    those that were left. A batch is one transaction: small enough for a few seconds. ``field`` is the
    company's setting of how many are done at once, while the user waits.
    """

    name: str
    service: str
    model: str
    batch: int
    field: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "convocation",
            "passport.convocations",
            "event.registration",
            20,
            "passport_convocations_at_once",
        ),
        Kind("request", "passport.request", "event.registration", 50, "passport_mails_at_once"),
        Kind("renewal", "passport.renewal.letter", "res.partner", 50, "passport_mails_at_once"),
    )
}


class PassportJob(models.Model):
    """Long work in the background: which records, how far it is, what was left and why.

    Life of a job: waiting, running, done; or stopped by somebody, who may have it go on. Its records
    stand in a queue whose first ``position`` have been looked at: that number is written in the same
    transaction as the work, so that a worker that is killed goes on where it stood and does nothing
    twice. The work itself is :class:`passport.job.worker`'s. Written by superuser code alone.
    """

    _name = "passport.job"
    _description = "Work in the Background"
    _order = "id desc"

    name = fields.Char(string="Work", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("convocation", "Convocations"),
            ("request", "Requests of data"),
            ("renewal", "Renewals written to clients"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [(WAITING, "Waiting"), (RUNNING, "Running"), (DONE, "Done"), (STOPPED, "Stopped")],
        required=True,
        readonly=True,
        default=WAITING,
    )
    # Ids of records, numbers of companies and words of programs: no name, and never a NIR.
    queue = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    options = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    company_ids = fields.Many2many(
        "res.company", string="Companies", readonly=True, groups=fields.NO_ACCESS
    )
    left = fields.Json(string="Reasons", readonly=True, groups=fields.NO_ACCESS)
    total = fields.Integer(readonly=True)
    position = fields.Integer(string="Looked At", readonly=True, default=0)
    attempts = fields.Integer(readonly=True, groups=fields.NO_ACCESS, default=0)
    left_count = fields.Integer(string="Left", readonly=True, default=0)
    done_count = fields.Integer(string="Done so Far", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    left_text = fields.Text(string="Left, and Why", compute="_compute_left_text")
    stop_reason = fields.Char(readonly=True)
    again_id = fields.Many2one(
        "passport.job",
        readonly=True,
        index="btree_not_null",
        groups=fields.NO_ACCESS,
        help="The job that does what was left by this one.",
    )
    tried = fields.Json(readonly=True, groups=fields.NO_ACCESS, help="What was asked for anew.")
    origin_model = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    origin_id = fields.Many2oneReference(
        model_field="origin_model", readonly=True, groups=fields.NO_ACCESS
    )
    has_origin = fields.Boolean(compute="_compute_has_origin")
    is_mine = fields.Boolean(compute="_compute_is_mine")
    user_id = fields.Many2one("res.users", string="Asked By", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    asked_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    done_on = fields.Datetime(string="Finished On", readonly=True)

    _live_idx = models.Index("(kind) WHERE state IN ('waiting', 'running')")

    @api.depends("total", "position", "left_count")
    def _compute_progress(self):
        for job in self:
            job.done_count = job.position - job.left_count
            job.progress = 100.0 * job.position / job.total if job.total else 100.0

    @api.depends("left")
    def _compute_left_text(self):
        for job in self:
            left = dict(job.sudo().left or ())
            shown = list(left)[:MOST_TOLD]
            # With the reader's own rights: who may not see somebody reads no name.
            records = self.env[KINDS[job.kind].model].browse(shown).exists()
            names = {one.id: one.display_name for one in records._filtered_access("read")}
            lines = [
                self.env._("%(name)s: %(reason)s", name=names.get(one, one), reason=left[one])
                for one in shown
            ]
            if len(left) > len(shown):
                lines.append(self.env._("… and %s more.", len(left) - len(shown)))
            job.left_text = "\n".join(lines) or False

    @api.depends("origin_model", "origin_id")
    def _compute_has_origin(self):
        for job in self:
            job.has_origin = bool(job.sudo().origin_id)

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        for job in self:
            job.is_mine = job.user_id == self.env.user

    # ------------------------------------------------------------
    # Asking for work
    # ------------------------------------------------------------

    @api.model
    def _is_long(self, kind, count, company):
        """Tell whether so much is done in the background, by the company's setting."""
        return count > company.sudo()[KINDS[kind].field]

    @api.model
    def _start(self, kind, records, name, options=None, origin=None, company=None):
        """Have something done for these records in the background, as the user who asks.

        What the same user asked for before and has not begun is one job with it.

        :param name: what it is called, for people
        :param options: what the service is to know besides, as JSON: no personal data
        :param origin: the record to lead back to, such as a session
        :returns: the job
        :raises ValueError: a social security number stands in the options
        """
        if holds_number(str(options)):
            raise ValueError("A job holds no social security number.")
        company = company or self.env.company
        companies = self.env.companies | company
        options = options or {}
        values = {
            "kind": kind,
            "user_id": self.env.uid,
            "company_id": company.id,
            "origin_model": origin._name if origin else False,
            "origin_id": origin.id if origin else 0,
        }
        same = [("state", "=", WAITING), *((fname, "=", values[fname]) for fname in values)]
        job = self.sudo().search(same).filtered(lambda one: (one.options or {}) == options)[:1]
        if job:
            added = [one for one in records.ids if one not in set(job.queue)]
            values = {"queue": [*job.queue, *added], "total": job.total + len(added)}
            job.write({**values, "company_ids": list(map(fields.Command.link, companies.ids))})
        else:
            values |= {
                "name": hide_numbers(name),
                "options": options,
                "company_ids": [fields.Command.set(companies.ids)],
                "queue": records.ids,
                "total": len(records),
            }
            job = self.sudo().create(values)
        job._wake()
        return job.sudo(self.env.su)

    @api.model
    def _wake(self):
        self.env.ref("passeport_prevention.ir_cron_jobs").sudo()._trigger()

    @api.model
    def _queued(self, kind, records):
        """Return those of these records that wait in a job of a kind, whoever asked, in one query."""
        if not records:
            return records
        self.sudo().flush_model(["kind", "state", "queue", "position"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT queued.id::int
                  FROM passport_job job,
                       jsonb_array_elements_text(job.queue) WITH ORDINALITY AS queued(id, place)
                 WHERE job.kind = %s AND job.state IN %s
                   AND queued.place > job.position AND queued.id::int = ANY(%s)
                """,
                kind,
                LIVE,
                records.ids,
            )
        )
        found = {one for (one,) in rows}
        return records.filtered(lambda one: one.id in found)

    @api.model
    def _under_way_text(self, kind, records):
        """Return in a sentence that work on some of these records is under way, ``False`` if none is."""
        queued = self._queued(kind, records)
        if not queued:
            return False
        jobs = self.sudo().search([("kind", "=", kind), ("state", "in", LIVE)])
        jobs = jobs.filtered(lambda job: set(job.queue[job.position :]) & set(queued.ids))
        return self.env._(
            "%(count)s of these attendees are being written to in the background, asked by %(who)s. They "
            "are left out here.",
            count=len(queued),
            who=", ".join(dict.fromkeys(jobs.user_id.mapped("name"))),
        )

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    def _result_text(self):
        """Return in a sentence what was done and what was left, in the language of who asked."""
        self.ensure_one()
        env = self.with_context(lang=self.user_id.lang or self.env.lang).env
        text = env._(
            "%(name)s: %(done)s of %(total)s done.",
            name=self.name,
            done=self.done_count,
            total=self.total,
        )
        if self.left_count:
            text += " " + env._("Left: %s; the job says why.", self.left_count)
        if self.state == STOPPED:
            text += " " + (self.stop_reason or env._("It was stopped."))
        return text

    def _tell(self):
        """Tell who asked for it, now on the screen and for good by Odoo's own notification.

        Counts only, no name: the notification may be an e-mail.
        """
        self.ensure_one()
        if self.user_id.id == SUPERUSER_ID:
            return
        text = self._result_text()
        self.user_id._bus_send(
            "simple_notification",
            {
                "type": "warning" if self.left_count or self.state == STOPPED else "success",
                "title": self.env._("Passeport de prévention"),
                "message": text,
                "sticky": True,
            },
        )
        self.env["mail.thread"].sudo().message_notify(
            model=self._name,
            res_id=self.id,
            partner_ids=self.user_id.partner_id.ids,
            subject=self.name,
            body=text,
        )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def _open(self):
        """Return the action that shows this job, on a page of its own."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Work in the Background"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_stop(self):
        """Stop this job: what is done stays done, the rest is left.

        :raises AccessError: somebody else's job, and no manager
        """
        self.ensure_one()
        self._check_whose(MANAGER_GROUP)
        job = self.sudo()
        if job.state in LIVE:
            job.write({"state": STOPPED, "done_on": fields.Datetime.now(), "stop_reason": False})
            if not self.is_mine:
                job._tell()

    def action_go_on(self):
        """Have a stopped job go on with what is left in its queue.

        :raises AccessError: somebody else's job: it is done with the rights of who asked
        """
        self.ensure_one()
        self._check_whose()
        if self.state == STOPPED:
            self.sudo().write({"state": WAITING, "done_on": False, "stop_reason": False})
            self._wake()

    def action_try_again(self):
        """Ask anew for the records that were left; asked twice, it is the same job, which leads on.

        :raises AccessError: somebody else's job
        :raises UserError: nothing was left
        """
        self.ensure_one()
        self._check_whose()
        job = self.sudo()
        tried = job.tried or []
        ids = [one for one, _reason in job.left or () if one not in set(tried)]
        records = self.env[KINDS[job.kind].model].browse(ids).exists()
        if not records and job.again_id:
            return self.browse(job.again_id.id)._open()
        if job.state in LIVE or not records:
            raise UserError(self.env._("Nothing is left to try again."))
        origin = self.env[job.origin_model].browse(job.origin_id) if job.origin_id else None
        again = self.with_company(job.company_id)
        again = again._start(job.kind, records, job.name, job.options, origin, job.company_id)
        job.write({"again_id": again.id, "tried": tried + records.ids})
        return again._open()

    def action_origin(self):
        """Open what this work was asked from, such as the session."""
        self.ensure_one()
        self.check_access("read")
        job = self.sudo()
        return {
            "type": "ir.actions.act_window",
            "res_model": job.origin_model,
            "res_id": job.origin_id,
            "views": [(False, "form")],
        }

    def _check_whose(self, group=None):
        """Check that a job is the user's own, or that a member of a group may change others', too."""
        self.check_access("read")
        if self.env.su or self.is_mine or (group and self.env["passport.rights"]._has(group)):
            return
        raise AccessError(self.env._("This work was asked for by %s.", self.user_id.sudo().name))

    @api.autovacuum
    def _gc_jobs(self):
        """Forget jobs that ended some weeks ago."""
        limit = fields.Datetime.now() - timedelta(weeks=KEPT_WEEKS)
        old = self.search([("state", "in", (DONE, STOPPED)), ("done_on", "<", limit)])
        # The notifications that lead to them, too.
        about = [("model", "=", self._name), ("res_id", "in", old.ids)]
        self.env["mail.message"].sudo().search(about).unlink()
        old.unlink()
