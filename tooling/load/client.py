"""One person at the web client: logs in and clicks at random, for as long as the load lasts."""

import http.client
import random
import time
import urllib.error
from collections import Counter

from ..web_client import ServerError, WebClient

# What a person is told and understands; anything else is a failure of the server.
EXPECTED = ("UserError", "ValidationError", "AccessError", "LockError")


class Person(WebClient):
    """A session of the web client."""

    def __init__(self, url: str, database: str, login: str, password: str, seed: int):
        super().__init__(url, database)
        self.login, self.password = login, password
        self.random = random.Random(seed)
        self.done: Counter = Counter()
        self.faults: list[str] = []

    def rpc(self, path: str, **params):
        """Call a JSON route; what it returned, nothing where the person is told why not.

        :raises ServerError: the server failed
        """
        try:
            return super().rpc(path, **params)
        except ServerError as error:
            if error.name not in EXPECTED:
                raise
            self.done["refused with a message"] += 1
            return None

    def some(self, model: str, domain: list, most: int = 1) -> list[int]:
        """Some records at random."""
        found = self.call(model, "search", domain, limit=200) or []
        return self.random.sample(found, min(most, len(found)))

    # What a person does, one thing at a time.

    def look(self) -> None:
        """Read the dashboard and a page of attendees."""
        self.call("passport.dashboard", "get_data")
        specification = {"display_name": {}, "passport_state": {}, "passport_issues": {}}
        self.call(
            "event.registration",
            "web_search_read",
            [("passport_state", "=", "ready")],
            specification,
            limit=40,
        )

    def mark(self) -> None:
        """Call somebody over again."""
        ids = self.some("event.registration", [("passport_state", "=", "ready")], 2)
        if ids:
            outcome = self.random.choice(["attended", "absent"])
            self.call("event.registration", "write", ids, {"outcome": outcome})

    def prepare(self) -> None:
        """Declare the attendees of two sessions."""
        events = self.some("event.event", [("registration_ids.passport_state", "=", "ready")], 2)
        if events:
            values = {"event_ids": [(6, 0, events)], "channel": "file"}
            wizard = self.call("passport.declare", "create", [values])
            if wizard:
                self.call("passport.declare", "action_prepare", wizard)

    def deposit(self) -> None:
        """Put what is prepared into a deposit."""
        ids = self.some(
            "passport.declaration", [("state", "=", "prepared"), ("deposit_id", "=", False)], 3
        )
        if ids:
            self.call("passport.declaration", "action_create_deposit", ids)

    def generate(self) -> None:
        """Have the file of a deposit generated."""
        for deposit in self.some("passport.deposit", [("state", "in", ["draft", "generated"])]):
            self.call("passport.deposit", "action_download", [deposit])

    def send(self) -> None:
        """Mark a deposit as given to the authority, or take it back to draft."""
        for deposit in self.some("passport.deposit", [("state", "=", "generated")]):
            action = self.random.choice(
                ["action_mark_deposited", "action_mark_deposited", "action_reset_to_draft"]
            )
            self.call("passport.deposit", action, [deposit])

    def answer(self) -> None:
        """Record some answers of the authority."""
        ids = self.some("passport.declaration.line", [("state", "=", "deposited")], 5)
        if ids:
            self.call("passport.declaration.line", "action_accept", ids)

    def give_up(self) -> None:
        """Cancel a declaration that was not deposited."""
        for declaration in self.some("passport.declaration", [("state", "=", "prepared")]):
            self.call("passport.declaration", "action_cancel", [declaration])

    def act(self) -> None:
        """Do one thing, whatever comes first to mind."""
        actions = {
            self.look: 6,
            self.mark: 4,
            self.prepare: 4,
            self.deposit: 3,
            self.generate: 3,
            self.send: 2,
            self.answer: 2,
            self.give_up: 1,
        }
        action = self.random.choices(list(actions), list(actions.values()))[0]
        action()
        self.done[action.__name__] += 1

    def work(self, until: float) -> None:
        """Go on until that moment; a connection lost with its worker is taken up again."""
        self.log_in(self.login, self.password)
        while time.monotonic() < until:
            try:
                self.act()
            except ServerError as fault:
                self.faults.append(str(fault))
            except (urllib.error.URLError, OSError, ValueError, http.client.HTTPException):
                self.done["connection lost"] += 1
                time.sleep(0.2)
