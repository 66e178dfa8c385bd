from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools import alert_days, calendar

ALERT_BATCH = 500
ALERT_TYPE = "passeport_prevention.mail_activity_type_deadline"


class PassportAlerts(models.AbstractModel):
    """Alerts: one activity per session when its deadline comes near, closed when all is declared.

    A session is told once for each number of days of its company's setting: what was told last is
    kept on it, so that the scheduled action can run again, and an alert marked as done stays done
    until the next one.
    """

    _name = "passport.alerts"
    _description = "Alerts before Deadlines"

    @api.model
    def _run(self, batch=ALERT_BATCH):
        """Alert and close, batch after batch, each committed: resumable after an interruption."""
        sessions = self.env["event.event"].with_context(active_test=False)
        domain = self._domain()
        self.env["ir.cron"]._commit_progress(remaining=sessions.search_count(domain))
        last_id = 0
        while found := sessions.search(
            domain & Domain("id", ">", last_id), limit=batch, order="id"
        ):
            last_id = found[-1].id
            self._close(found)
            self._alert(found)
            remaining = sessions.search_count(domain & Domain("id", ">", last_id))
            if not self.env["ir.cron"]._commit_progress(len(found), remaining=remaining):
                break

    @api.model
    def _domain(self):
        """Return the domain of the sessions to alert of, or whose alert may have to be closed."""
        companies = self.env["res.company"].sudo().search_fetch([], ["passport_alert_days"])
        days = [day for company in companies for day in company._passport_alert_days()]
        horizon = max((*days, *companies.browse()._passport_alert_days()))
        today = self.env["passport.clock"]._today()
        return (
            Domain("passport_is_pending", "=", True)
            & Domain("passport_deadline", "<=", today + timedelta(days=horizon))
        ) | Domain("id", "in", self._open_alerts_query())

    @api.model
    def _open_alerts_query(self):
        activities = self.env["mail.activity"].sudo()
        return activities._search(self._activity_domain()).subselect("res_id")

    @api.model
    def _activity_domain(self):
        return Domain(
            [
                ("res_model", "=", "event.event"),
                ("activity_type_id", "=", self.env.ref(ALERT_TYPE).id),
                ("active", "=", True),
            ]
        )

    @api.model
    def _open_alerts(self, events):
        """Return ``{session id: open alerts}`` of these sessions, in one query."""
        alerts = (
            self.env["mail.activity"]
            .sudo()
            .search(self._activity_domain() & Domain("res_id", "in", events.ids))
        )
        return alerts.grouped("res_id")

    @api.model
    def _to_alert(self, events):
        """Return those of these sessions that have to be declared: only these are alerted of."""
        return events.filtered(
            lambda event: (
                event.active
                and event.passport_is_pending
                and event.passport_deadline
                and event.passport_obligation == "mandatory"
            )
        )

    @api.model
    def _close(self, events):
        """Close the alerts of those of these sessions that have nothing left to declare."""
        done = events.sudo() - self._to_alert(events.sudo())
        open_alerts = self._open_alerts(done)
        alerts = self.env["mail.activity"].sudo().union(*open_alerts.values())
        if alerts:
            alerts.write({"active": False, "feedback": self.env._("Nothing is left to declare.")})
        # Should something come back, a rejected attendee for instance, it is told again.
        told = done.filtered("passport_alerted_deadline")
        if told:
            told.write({"passport_alerted_deadline": False, "passport_alerted_days": 0})

    @api.model
    def _alert(self, events):
        """Tell the responsible of those of these sessions whose time has come, once each time."""
        today = self.env["passport.clock"]._today()
        groups = {}
        for event in self._to_alert(events):
            deadline = event.passport_deadline
            days = alert_days.threshold(
                calendar.days_left(deadline, today), event.company_id._passport_alert_days()
            )
            told = event.passport_alerted_deadline == deadline
            if days is None or (told and event.passport_alerted_days <= days):
                continue
            if user := self._responsible(event):
                key = deadline, days, user
                groups[key] = groups.get(key, events.browse()) | event
        open_alerts = self._open_alerts(events.browse().union(*groups.values()))
        for (deadline, days, user), found in groups.items():
            self._schedule(found, deadline, user, open_alerts)
            found.write({"passport_alerted_deadline": deadline, "passport_alerted_days": days})

    @api.model
    def _responsible(self, event):
        """Return who is told of a session: its responsible, else the training body's."""
        is_at_work = self.env["passport.rights"]._is_at_work
        users = (event.user_id, event.company_id.passport_responsible_id)
        return next((user for user in users if is_at_work(user, event.company_id)), None)

    @api.model
    def _schedule(self, events, deadline, user, open_alerts):
        """Put an alert on each of these sessions, or bring the one that is open up to date."""
        events = events.with_context(lang=user.lang, mail_activity_quick_update=True)
        today = self.env["passport.clock"]._today()
        day = format_date(events.env, deadline)
        if deadline < today:
            summary = events.env._("Overdue since %s: declare the attendees", day)
        else:
            summary = events.env._("Declare the attendees by %s", day)
        values = {"summary": summary, "date_deadline": deadline}
        alerts = self.env["mail.activity"].union(
            *(open_alerts[event.id] for event in events if event.id in open_alerts)
        )
        alerts.with_env(events.env).write(values)
        new = events.filtered(lambda event: event.id not in open_alerts)
        kind = self.env.ref(ALERT_TYPE)
        # Read at once: each activity takes the name of its session.
        new.mapped("display_name")
        new.env["mail.activity"].create(
            [
                {
                    **values,
                    "activity_type_id": kind.id,
                    "res_model_id": self.env["ir.model"]._get_id("event.event"),
                    "res_id": event.id,
                    "user_id": user.id,
                    "automated": True,
                }
                for event in new
            ]
        )
