"""The benchmark: what the main steps cost on many attendees, beside what any solution needs.

Run by ./dev bench in a database that is thrown away, and in a light form by the tests.
"""

import json

LIGHT = 2_000


def run(env, attendees: int, timed: bool = True) -> str:
    """Make that many attendees and declare them all.

    :param timed: judge times and ratios too; else queries and memory only, and nothing is committed
    :returns: JSON: ``rows`` (one object for each step, see ``meter.Measure``), ``table`` (text) and
        ``breaches`` (what is over its goal, one sentence each)
    """
    from .steps import Bench

    bench = Bench(env, attendees, timed)
    bench.run()
    meter = bench.meter
    return json.dumps(
        {"rows": meter.rows(), "table": meter.table(), "breaches": meter.breaches},
        ensure_ascii=False,
    )
