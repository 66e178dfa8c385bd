"""The one error that ./dev reports without a traceback."""


class DevError(Exception):
    """Something the person can act on: its text is one clear sentence."""
