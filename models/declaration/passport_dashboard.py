from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...tools import calendar
from ..ground.passport_rights import DECLARANT_GROUP, MANAGER_GROUP, USER_GROUP

# Attendees by where their declaration stands: each column is a domain, and the list behind it.
COLUMNS = {
    "to_declare": [("passport_is_pending", "=", True)],
    "ready": [("passport_state", "=", "ready")],
    "blocked": [("passport_standing", "=", "blocked")],
    "rejected": [("passport_state", "=", "rejected"), ("passport_is_pending", "=", True)],
    "prepared": [("passport_state", "=", "in_progress"), ("passport_is_pending", "=", True)],
    "deposited": [("passport_state", "=", "in_progress"), ("passport_is_pending", "=", False)],
    "accepted": [("passport_state", "=", "declared")],
    "overdue": [("passport_deadline_state", "=", "late")],
}
# Quarters always shown, when something happened in them; older ones while they have work left.
RECENT_QUARTERS = 4
# What rooms above add: a key, and the service whose ``_dashboard_domains()`` tells its tiles.
SOURCES = {"renewals": "passport.renewals"}
DEADLINES_SHOWN = 5
REASONS_SHOWN = 8


class PassportDashboard(models.AbstractModel):
    """What the app's first screen shows, in a constant number of queries, with the user's rights.

    Every number comes with the domain of the list behind it. Only sessions that have ended count.
    """

    _name = "passport.dashboard"
    _description = "Passport Dashboard"

    @api.model
    @api.readonly
    def get_data(self, company_ids=None):
        """Return all that the dashboard shows.

        :param company_ids: the companies to look at, among those the user has chosen; all of them
            by default
        :returns: ``today``, ``tasks`` (what is to be done, in order), ``totals``, ``quarters``,
            ``reasons``, ``deadlines``, ``renewals``, ``nir`` (``None`` but for managers), ``setup``
            and ``views`` (ids of the lists); each number as ``{"count", "domain"}``
        :raises AccessError: the user follows no declarations, or may not see one of the companies
        """
        self.env["passport.rights"]._check(USER_GROUP)
        dashboard = self
        if company_ids:
            dashboard = self.with_context(allowed_company_ids=list(company_ids))
        return dashboard._data()

    @api.model
    @api.readonly
    def open_task(self, key):
        """Return the action that opens what is to be done, by the key of a task in ``get_data``.

        :raises AccessError: the user follows no declarations
        """
        self.env["passport.rights"]._check(USER_GROUP)
        return self.env["passport.work"]._open(key, self._base_domain())

    @api.model
    def _data(self):
        # env.companies refuses companies that are not the user's.
        setup = self._setup(self.env.companies[:1])
        counted = self._counted()
        quarters, totals = self._quarters(counted)
        tasks = self.env["passport.work"]._tasks(self._base_domain())
        return {
            "today": format_date(self.env, self.env["passport.clock"]._today()),
            "tasks": tasks,
            "totals": totals,
            "quarters": quarters,
            "reasons": self._reasons(),
            "deadlines": self._deadlines(counted),
            **self._of_others(),
            "nir": self._nir(tasks),
            "setup": setup,
            "views": self._views(),
        }

    @api.model
    def _base_domain(self):
        return Domain("training_id", "!=", False) & Domain(
            "event_end_date", "<=", fields.Datetime.now()
        )

    # ------------------------------------------------------------
    # Declarations
    # ------------------------------------------------------------

    @api.model
    def _counted(self):
        """Return the attendees of sessions that have ended, counted at once for all that is shown.

        :returns: ``[(first day of the quarter, state, is it pending?, obligation, deadline, count)]``
        """
        groups = self.env["event.registration"]._read_group(
            self._base_domain() & Domain("passport_reference_date", "!=", False),
            [
                "passport_reference_date:quarter",
                "passport_state",
                "passport_is_pending",
                "passport_obligation",
                "passport_deadline:day",
            ],
            ["__count"],
        )
        return [(*keys, fields.Date.to_date(day), count) for *keys, day, count in groups]

    @api.model
    def _quarters(self, counted):
        """Return the quarters, the latest first, and the totals of their columns."""
        base = self._base_domain()
        counts, deadlines = self._counts_by_quarter(counted)
        today = self.env["passport.clock"]._today()
        first = calendar.quarter_bounds(*calendar.quarter_of(today))[0]
        oldest = first - relativedelta(months=3 * (RECENT_QUARTERS - 1))
        rows = [
            self._quarter_row(start, counts[start], deadlines, base)
            for start in sorted(counts, reverse=True)
            if start >= oldest or counts[start]["to_declare"]
        ]
        totals = {
            name: self._number(
                sum(found[name] for found in counts.values()),
                base & Domain("passport_reference_date", "!=", False) & Domain(column),
            )
            for name, column in COLUMNS.items()
        }
        return rows, totals

    @api.model
    def _counts_by_quarter(self, counted):
        """Return ``{first day: {column: count}}`` and ``{first day: earliest deadline}``.

        Deadlines are those of what is an obligation and still to declare.
        """
        today = self.env["passport.clock"]._today()
        counts, deadlines = {}, {}
        for start, state, pending, obligation, deadline, count in counted:
            row = counts.setdefault(start, dict.fromkeys(COLUMNS, 0))
            if name := self._column_of(state, pending):
                row[name] += count
            if not pending:
                continue
            row["to_declare"] += count
            if self.env["passport.deadlines"]._urgency(deadline, obligation, today) == "late":
                row["overdue"] += count
            if obligation == "mandatory":
                deadlines[start] = min(filter(None, (deadlines.get(start), deadline)), default=None)
        return counts, deadlines

    @api.model
    def _column_of(self, state, pending):
        """Return the column of a group, ``None`` for who is left to the employer."""
        if state == "in_progress":
            return "prepared" if pending else "deposited"
        if state in ("blocked", "rejected"):
            return state if pending else None
        return {"ready": "ready", "declared": "accepted"}.get(state)

    @api.model
    def _quarter_row(self, start, counts, deadlines, base):
        year, quarter = calendar.quarter_of(start)
        end = calendar.quarter_bounds(year, quarter)[1]
        within = Domain("passport_reference_date", ">=", start) & Domain(
            "passport_reference_date", "<=", end
        )
        return {
            "key": f"{year}-{quarter}",
            "name": self.env._("Q%(quarter)s %(year)s", quarter=quarter, year=year),
            "numbers": {
                name: self._number(counts[name], base & within & Domain(column))
                for name, column in COLUMNS.items()
            },
            "voluntary": bool(counts["to_declare"]) and start not in deadlines,
            **self._deadline_values(deadlines.get(start)),
        }

    @api.model
    def _deadline_values(self, deadline):
        if not deadline:
            return {"deadline": False, "days_left": False, "urgency": False}
        today = self.env["passport.clock"]._today()
        left = calendar.days_left(deadline, today)
        return {
            "deadline": format_date(self.env, deadline),
            "days_left": left,
            "urgency": self.env["passport.deadlines"]._urgency(deadline, "mandatory", today),
        }

    @api.model
    def _reasons(self):
        """Return what blocks most attendees, as bars: name, count, share of the longest bar."""
        domain = self._base_domain() & Domain("passport_state", "in", ["blocked", "rejected"])
        groups = self.env["event.registration"]._read_group(
            domain,
            ["passport_issue_ids"],
            ["__count"],
        )
        found = [(issue, count) for issue, count in groups if issue.is_blocking]
        found.sort(key=lambda pair: (-pair[1], pair[0].sequence))
        most = max((count for _issue, count in found), default=1)
        return [
            {
                "id": issue.id,
                "name": issue.name,
                "share": round(100 * count / most),
                **self._number(count, domain & Domain("passport_issue_ids", "in", issue.ids)),
            }
            for issue, count in found[:REASONS_SHOWN]
        ]

    @api.model
    def _deadlines(self, counted):
        """Return the next deadlines, those missed first, with who is still to declare by then."""
        base = self._base_domain() & Domain("passport_is_pending", "=", True)
        today = self.env["passport.clock"]._today()
        left = Counter()
        for _start, _state, pending, obligation, deadline, count in counted:
            # What is voluntary is never late.
            if pending and deadline and (obligation == "mandatory" or deadline >= today):
                left[deadline, obligation] += count
        return [
            {
                "key": f"{day}-{obligation}",
                "voluntary": obligation != "mandatory",
                **self._deadline_values(day),
                **self._number(
                    count,
                    base
                    & Domain("passport_deadline", "=", day)
                    & Domain("passport_obligation", "=", obligation),
                ),
            }
            for (day, obligation), count in sorted(left.items())[:DEADLINES_SHOWN]
        ]

    # ------------------------------------------------------------
    # NIRs, and what rooms above add
    # ------------------------------------------------------------

    @api.model
    def _nir(self, tasks):
        """Return how many NIRs are to purge; only managers know.

        :param tasks: what is to be done, where they are counted already
        """
        if not self.env["passport.rights"]._has(MANAGER_GROUP):
            return None
        domain = Domain(
            "purge_on", "<=", fields.Date.to_string(self.env["passport.clock"]._today())
        )
        counts = {task["key"]: task["count"] for task in tasks}
        return self._number(counts.get("purge", 0), domain)

    @api.model
    def _of_others(self):
        """Return the tiles of the rooms above: ``{key: {name: number}}``."""
        registrations = self.env["event.registration"]
        return {
            key: {
                name: self._number(registrations.search_count(domain), domain)
                for name, domain in self.env[service]._dashboard_domains().items()
            }
            for key, service in SOURCES.items()
        }

    # ------------------------------------------------------------
    # Set-up
    # ------------------------------------------------------------

    @api.model
    def _setup(self, company):
        """Return the first steps, each with whether it is done; empty when all are."""
        # Why a step is not done, where that can be said.
        faults = {"company": company._passport_identity_texts(), "key": self._key_faults()}
        done = {
            "company": not faults["company"],
            "key": not faults["key"],
            "training": bool(
                self.env["product.template"].search_count(
                    [("service_tracking", "=", "event"), ("passport_eligible", "=", True)], limit=1
                )
            ),
            "session": bool(
                self.env["event.event"].search_count([("training_id", "!=", False)], limit=1)
            ),
            "sending": bool(company.sudo().passport_sending_answered_on),
            "file": self._has_declared(),
        }
        if all(done.values()):
            return []
        manager = self.env["passport.rights"]._has(MANAGER_GROUP)
        actions = {
            "company": manager and "passeport_prevention.passport_settings_action",
            "key": manager and "passeport_prevention.passport_settings_action",
            "training": (
                "passeport_prevention.passport_training_finder_action"
                if self.env["passport.rights"]._has(DECLARANT_GROUP)
                else "passeport_prevention.product_template_passport_action"
            ),
            "session": "passeport_prevention.event_event_passport_new_action",
            "sending": manager and "passeport_prevention.passport_sending_action",
            "file": self.env["passport.rights"]._has(DECLARANT_GROUP)
            and "passeport_prevention.passport_declare_action",
        }
        return [
            {
                "key": key,
                "done": done[key],
                "action": actions[key],
                "faults": faults.get(key, []),
            }
            for key in done
        ]

    @api.model
    def _has_declared(self):
        """Tell whether something was given to the authority: the first steps stay until then."""
        given = [("state", "in", ["deposited", "done"])]
        return bool(self.env["passport.declaration"].search_count(given, limit=1))

    @api.model
    def _key_faults(self):
        """Return what is wrong with the keys; only managers are told where they are."""
        problems = self.env["passport.nir.keys"]._report()["problems"]
        if self.env["passport.rights"]._has(MANAGER_GROUP) or not problems:
            return problems
        return [self.env._("The encryption keys need the care of a manager.")]

    # ------------------------------------------------------------
    # The lists behind
    # ------------------------------------------------------------

    @api.model
    def _number(self, count, domain):
        return {"count": count, "domain": list(domain)}

    @api.model
    def _views(self):
        """Return how the web client opens the lists: model, views and search view."""
        actions = {
            "attendees": "event_registration_passport_action",
            "renewals": "event_registration_renewal_action",
            "nir": "passport_nir_action",
        }
        if not self.env["passport.rights"]._has(MANAGER_GROUP):
            del actions["nir"]
        found = (
            self.env["ir.actions.act_window"]
            .sudo()
            .union(*(self.env.ref(f"passeport_prevention.{xmlid}") for xmlid in actions.values()))
        )
        names = ["res_model", "views", "search_view_id", "mobile_view_mode"]
        # In the order of the names above: read together, they cost as much as one.
        views = zip(actions, found.read(names), strict=True)
        return {key: {name: action[name] for name in names} for key, action in views}
