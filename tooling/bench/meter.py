"""What a step costs: work of both processes, queries, memory, and the floor that any solution needs.

Work is CPU time, of this process and of the PostgreSQL backend that serves it: on a machine that does
other things too it says more than a clock. A floor is SQL run in the same transaction and taken
back; the ratio of the two does not depend on the machine.
"""

import gc
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6
# What steps write for each attendee.
WRITTEN = (
    "event_registration",
    "event_registration_passport_issue_rel",
    "passport_declaration",
    "passport_declaration_line",
    "passport_nir",
    "passport_nir_access",
)


@dataclass(frozen=True)
class Goal:
    """What a step may cost at most; what is None is not asked.

    ``ratio`` is work over floor, ``each_ms`` work per record, ``total_s`` seconds of work for all,
    ``queries`` their number, ``growth_mb`` what the process keeps or needed more at its peak.
    """

    ratio: float | None = None
    each_ms: float | None = None
    total_s: float | None = None
    queries: int | None = None
    growth_mb: float | None = 100


@dataclass
class Measure:
    """What one step cost; work and floor in milliseconds for each of its ``n`` records."""

    step: str
    n: int
    work_ms: float
    floor_ms: float | None
    ratio: float | None
    queries: int
    rss_growth_mb: float
    seconds: float

    def breaches(self, goal: Goal, timed: bool) -> list[str]:
        """What is over the goal; without ``timed`` only queries and memory are judged."""
        found = []
        limits = [
            ("queries", self.queries, goal.queries),
            ("MB more", self.rss_growth_mb, goal.growth_mb),
        ]
        if timed:
            limits += [
                ("times the floor", self.ratio, goal.ratio),
                ("ms each", self.work_ms, goal.each_ms),
                ("s", self.work_ms * self.n / 1000, goal.total_s),
            ]
        for unit, value, limit in limits:
            if limit is not None and value is not None and value > limit:
                found.append(f"{self.step} ({self.n}): {value:.4g} {unit}, {limit:g} at most")
        return found


class Processes:
    """CPU and memory of this process and of its PostgreSQL backend."""

    def __init__(self, cursor):
        cursor.execute("SELECT pg_backend_pid()")
        self.backend = Path(f"/proc/{cursor.fetchone()[0]}")

    def cpu(self) -> float:
        """Seconds of CPU that both have used; of the backend only where it runs on this machine."""
        return time.process_time() + self._of_backend()

    def _of_backend(self) -> float:
        # To the nanosecond where the kernel tells; its ticks are longer than a screen's queries.
        exact, ticks = self.backend / "schedstat", self.backend / "stat"
        if exact.exists():
            return int(exact.read_text().split()[0]) / 1e9
        if not ticks.exists():
            return 0.0
        fields = ticks.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def reset_peak(self) -> float:
        """Forget the peak of memory so far; megabytes in use now."""
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_MB

    def peak(self) -> float:
        """Megabytes at the peak since then."""
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024 / 1e6
        return 0.0


class Meter:
    """Measures steps one after another, and judges them.

    Where times count each step is committed, as each click of a user is: in one transaction the database
    would keep every version of a row, and check its keys again at each change. What a step or a floor that
    was taken back leaves in the tables is cleared away before the next, as the database does by itself
    within a minute: nothing pays for what was measured before it.
    """

    def __init__(self, env, timed: bool):
        self.env = env
        self.timed = timed
        self.processes = Processes(env.cr)
        self.measures: list[Measure] = []
        self.breaches: list[str] = []

    def floor(self, needed: list[str] | Callable, values: dict) -> float:
        """Seconds of CPU for some SQL, its rows fetched, or for what Odoo alone does; taken back."""
        cursor = self.env.cr
        self.env.flush_all()
        with cursor.savepoint(flush=False) as savepoint:
            if callable(needed):
                self.env.invalidate_all()
            before = self.processes.cpu()
            if callable(needed):
                needed()
                self.env.flush_all()
            else:
                self.execute(needed, values)
            spent = self.processes.cpu() - before
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return spent

    def clear(self) -> None:
        """Free the room of what steps and floors have left in the tables that they write."""
        self.env.flush_all()
        self.env.cr.commit()
        with self.env.registry.cursor() as cursor:
            cursor._cnx.autocommit = True
            cursor.execute(f"VACUUM {', '.join(WRITTEN)}")

    def execute(self, statements: list[str], values: dict) -> None:
        """Run SQL and fetch its rows."""
        for statement in statements:
            self.env.cr.execute(statement, values)
            if self.env.cr.description:
                self.env.cr.fetchall()

    def __call__(
        self,
        step: str,
        action: Callable,
        n: int = 1,
        goal: Goal | None = None,
        floor: list[str] | Callable | None = None,
        values: dict | None = None,
    ):
        """Measure ``action``, which works on ``n`` records; what it returned.

        :param floor: the SQL that any solution needs for the same, or what Odoo alone does for it
        :param values: the parameters of that SQL
        """
        least = None
        if floor and self.timed:
            self.clear()
            least = self.floor(floor, values or {})
            self.clear()
        self.env.flush_all()
        self.env.invalidate_all()
        memory = self.processes.reset_peak()
        queries, start = self.env.cr.sql_log_count, time.perf_counter()
        cpu = self.processes.cpu()
        result = action()
        self.env.flush_all()
        work = self.processes.cpu() - cpu
        measure = Measure(
            step=step,
            n=n,
            work_ms=round(1000 * work / n, 5),
            floor_ms=round(1000 * least / n, 5) if least else None,
            ratio=round(work / least, 2) if least else None,
            queries=self.env.cr.sql_log_count - queries,
            rss_growth_mb=round(self.processes.peak() - memory, 1),
            seconds=round(time.perf_counter() - start, 3),
        )
        self.measures.append(measure)
        if self.timed:
            self.env.cr.commit()
        if goal:
            self.breaches += measure.breaches(goal, self.timed)
        return result

    def table(self) -> str:
        """The steps as text, one a line."""
        head = f"{'step':<44}{'n':>7}{'work ms':>10}{'floor ms':>10}{'ratio':>8}"
        lines = [f"{head}{'queries':>9}{'MB':>8}{'s':>9}"]
        for one in self.measures:
            floor = f"{one.floor_ms:.4f}" if one.floor_ms else ""
            ratio = f"{one.ratio:.1f}" if one.ratio else ""
            lines.append(
                f"{one.step:<44}{one.n:>7}{one.work_ms:>10.4f}{floor:>10}{ratio:>8}"
                f"{one.queries:>9}{one.rss_growth_mb:>8.0f}{one.seconds:>9.2f}"
            )
        return "\n".join(lines)

    def rows(self) -> list[dict]:
        """The steps as plain data."""
        return [asdict(one) for one in self.measures]
