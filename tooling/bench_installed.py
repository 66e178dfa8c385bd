"""Count again after the installation. Run by ./dev bench --install."""

import json

from .bench_install import counts


def run(env) -> str:
    """The same counts as before, and what the addon says of the registrations that were there."""
    states = env["event.registration"]._read_group([], ["passport_state"], ["__count"])
    return json.dumps({**counts(env), "states": dict(states)})
