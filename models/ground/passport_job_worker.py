import logging
import traceback
from collections import deque

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...tools.nir_text import hide_numbers
from .passport_job import DONE, KINDS, LIVE, RUNNING, STOPPED

_logger = logging.getLogger(__name__)

# A batch that met somebody else's change is done again so many times, then with the next run.
TRIES = 5
# A job in whose batch the worker died so many times goes on record by record; a record on which it died
# then, so many times in all, is left.
SINGLY, GIVEN_UP = 3, 5


class PassportJobWorker(models.AbstractModel):
    """Works through the jobs in the background: batch after batch, each one committed.

    Each job in turn does one batch, so that a small one does not wait for a big one. A batch that
    fails is done again record by record: the one that fails is noted with its reason, the others are
    done. It works as the job's user, in the job's companies.
    """

    _name = "passport.job.worker"
    _description = "Worker in the Background"

    @api.model
    def _cron_work(self):
        """Give each job its turns until nothing is left or the time of this run is up."""
        cron = self.env["ir.cron"]
        # One that killed the worker comes last.
        turns = deque(self._live().sorted(lambda job: (job.attempts, job.id)))
        if not cron._commit_progress(remaining=self._remaining()):
            # Other scheduled actions have their turn, then it goes on at once: a run that lasted as
            # long as Odoo lets it repeat would be killed.
            self.env["passport.job"]._wake()
            return
        while turns:
            job = turns.popleft()
            self._begin(job)
            cron._commit_progress()
            done = self._turn(job)
            if not cron._commit_progress(done, remaining=self._remaining()):
                return
            if done and job.state in LIVE:
                turns.append(job)

    @api.model
    def _live(self):
        return self.env["passport.job"].sudo().search([("state", "in", LIVE)])

    @api.model
    def _remaining(self):
        return sum(job.total - job.position for job in self._live())

    @api.model
    def _begin(self, job):
        """Note that a batch begins, for good: what kills the worker is known by it afterwards."""
        try:
            job.attempts += 1
            job.flush_recordset()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()

    @api.model
    def _turn(self, job):
        """Do one batch of a job; return how many records were looked at.

        Who stops the job, or writes on one of the records, meanwhile was first: the batch is undone
        and done again from what stands then.
        """
        for _attempt in range(TRIES):
            try:
                return self._batch(job)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
        return 0

    @api.model
    def _batch(self, job):
        if not self._is_alone() or job.state not in LIVE:
            return 0
        kind = KINDS[job.kind]
        size = kind.batch if job.attempts <= SINGLY else 1
        ids = job.queue[job.position :][:size]
        if reason := self._hindrance(job):
            self._end(job, {"state": STOPPED, "stop_reason": reason})
            self.env.flush_all()
            return 1
        if job.attempts > GIVEN_UP:
            text = self._words(job)._(
                "The server was stopped while it worked on this, several times."
            )
            left = dict.fromkeys(ids, text)
        else:
            left = self._work(job, self._env_of(job)[kind.model].browse(ids))
        values = {
            "state": RUNNING,
            "position": job.position + len(ids),
            # Whatever killed it once is nearby.
            "attempts": SINGLY if job.attempts > SINGLY else 0,
            "left": [*(job.left or ()), *left.items()],
            "left_count": job.left_count + len(left),
        }
        if values["position"] >= job.total:
            self._end(job, {**values, "state": DONE})
        else:
            job.write(values)
        self.env.flush_all()
        return max(len(ids), 1)

    @api.model
    def _is_alone(self):
        """Tell whether nobody else works on jobs, until the end of the transaction.

        The row of the job is not locked: whoever stops it would wait for the batch.
        """
        lock = SQL("SELECT pg_try_advisory_xact_lock(hashtext('passport_job'))")
        return self.env.execute_query(lock)[0][0]

    @api.model
    def _hindrance(self, job):
        """Return why nothing can be done as the user of a job any more, or ``False``."""
        user = job.user_id
        if user.id == SUPERUSER_ID or (user.active and job.company_id in user.company_ids):
            return False
        return self.env._("%s does not work here any more.", user.name)

    @api.model
    def _env_of(self, job):
        """Return the environment of who asked for a job, in the companies of then that are still theirs."""
        user = job.user_id
        companies = job.company_id | job.company_ids
        if user.id != SUPERUSER_ID:
            companies &= user.company_ids
        context = {
            "lang": user.lang,
            "tz": user.tz,
            "allowed_company_ids": companies.ids,
        }
        return self.env(user=user.id, su=user.id == SUPERUSER_ID, context=context)

    @api.model
    def _work(self, job, records):
        """Do the work for these records; return ``{id: reason}`` of those that were left."""
        there = records.exists()
        gone = {one: self._words(job)._("It was deleted.") for one in (records - there).ids}
        return gone | self._try(job, there)

    @api.model
    def _try(self, job, records):
        service = records.env[KINDS[job.kind].service]
        if not records:
            return {}
        try:
            with self.env.cr.savepoint():
                left = service._job_batch(records, job)
            return {one.id: hide_numbers(reason) for one, reason in left.items()}
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            if len(records) == 1:
                return {records.id: self._reason(job, records, error)}
        left = {}
        for record in records:
            left |= self._try(job, record)
        return left

    @api.model
    def _reason(self, job, record, error):
        """Return what to tell of a record that failed; what people cannot mend goes to the log."""
        if isinstance(error, UserError | RedirectWarning):
            return hide_numbers(str(error.args[0]))
        # Where it failed, not on what: an error's text may hold anything.
        _logger.error(
            "Job %s failed on %s: %s\n%s",
            job.id,
            record,
            type(error).__name__,
            "".join(traceback.format_tb(error.__traceback__)),
        )
        return self._words(job)._("An unexpected error, which the log of the server tells.")

    @api.model
    def _words(self, job):
        return self.with_context(lang=job.user_id.lang or self.env.lang).env

    @api.model
    def _end(self, job, values):
        job.write({**values, "done_on": fields.Datetime.now()})
        job._tell()
