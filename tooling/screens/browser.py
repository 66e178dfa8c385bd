"""A real Chromium without a window, led through its developers' protocol.

What a person would see go wrong is kept: an error of the console, a request that failed, a dialog or a
message of error. It is run by the environment's Python, which has the package websocket-client.
"""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

import websocket

PATIENCE = 30
# Nothing is asked of the server for so long: the page has all it wants.
QUIET_SECONDS = 0.6
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--lang=fr-FR",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
# Chromium sets aside more addresses than the limit that Odoo gives itself where it runs tests.
ALL_MEMORY = ("/bin/sh", "-c", 'ulimit -S -v "$(ulimit -H -v)"; exec "$0" "$@"')
# Scripts of workers, whose end is told to the workers and not to the page.
WORKERS = ("websocket_worker", "service-worker")
ERROR_SHOWN = (
    ".o_error_dialog, .o_notification_manager .o_notification_bar.bg-danger, .o_error_detail, "
    "main.o_http_error"
)
# Clickable things, the innermost first: what a person aims at when told to click on a text.
CLICK = """(text => {
  const seen = el => el.checkVisibility() && el.getBoundingClientRect().width > 0;
  const bare = el => (el.innerText || el.getAttribute('aria-label') || el.title || '').trim();
  const places = ['button, a, [role=button], [role=tab], [role=menuitem], .dropdown-item, .nav-link',
                  'label, td, .o_kanban_record, summary'];
  for (const where of places) {
    const all = [...document.querySelectorAll(where)].filter(seen);
    const found = all.filter(el => bare(el) === text).pop()
      || all.find(el => bare(el).startsWith(text));
    if (found) { found.scrollIntoView({block: 'nearest'}); found.click(); return true; }
  }
  return false;
})"""
FILL = """((selector, value) => {
  const el = document.querySelector(selector);
  if (!el) return false;
  el.focus(); el.value = value;
  for (const type of ['input', 'change']) el.dispatchEvent(new Event(type, {bubbles: true}));
  return true;
})"""
UPLOAD = """((selector, name, content) => {
  const el = document.querySelector(selector);
  if (!el) return false;
  const chosen = new DataTransfer();
  chosen.items.add(new File([content], name));
  el.files = chosen.files;
  el.dispatchEvent(new Event('change', {bubbles: true}));
  return true;
})"""
STILL = "*, *::before { animation: none !important; transition: none !important; caret-color: transparent !important }"


class ScreenError(Exception):
    """A screen does not show what it should."""


class Page:
    """One tab: commands out, events in."""

    def __init__(self, socket, patience: float = PATIENCE):
        self.socket = socket
        self.last = 0
        self.under_way = {}
        self.faults = []
        self.patience = patience
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")
        self.send("Browser.setDownloadBehavior", behavior="deny")
        self.send("Emulation.setTimezoneOverride", timezoneId="Europe/Paris")
        self.send("Network.setExtraHTTPHeaders", headers={"Accept-Language": "fr-FR,fr"})

    def send(self, method: str, **params) -> dict:
        """Give a command; what came back. Events that arrive meanwhile are noted.

        :raises ScreenError: the browser does not answer
        """
        number = self._post(method, params)
        while True:
            try:
                message = json.loads(self.socket.recv())
            except websocket.WebSocketTimeoutException:
                raise ScreenError(f"the browser does not answer {method}") from None
            if message.get("id") == number:
                return message.get("result", {})
            self._note(message.get("method"), message.get("params", {}))

    def _post(self, method: str, params: dict) -> int:
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": params}))
        return self.last

    def _note(self, event: str | None, params: dict) -> None:
        note: Callable | None = getattr(self, f"_note_{(event or '').replace('.', '_')}", None)
        if note:
            note(params)

    def _note_Page_javascriptDialogOpening(self, params):
        # "Leave this page?" would stop everything.
        self._post("Page.handleJavaScriptDialog", {"accept": True})
        if params["type"] != "beforeunload":
            self.faults.append(f"a dialog of the browser: {params['message'][:300]}")

    def _note_Network_requestWillBeSent(self, params):
        address = params["request"]["url"]
        if not any(name in address for name in WORKERS):
            self.under_way[params["requestId"]] = address

    def _note_Network_loadingFinished(self, params):
        self.under_way.pop(params["requestId"], None)

    def _note_Network_loadingFailed(self, params):
        self.under_way.pop(params["requestId"], None)
        if not params.get("canceled"):
            self.faults.append(f"a request failed: {params.get('errorText')}")

    def _note_Network_responseReceived(self, params):
        answer = params["response"]
        if answer["status"] >= 400:
            self.faults.append(f"{answer['url']} answers {answer['status']}")

    def _note_Runtime_exceptionThrown(self, params):
        told = params["exceptionDetails"]
        text = told.get("exception", {}).get("description") or told.get("text")
        self.faults.append(f"an error of a script: {str(text)[:300]}")

    def _note_Runtime_consoleAPICalled(self, params):
        if params["type"] == "error":
            texts = [str(arg.get("value", arg.get("description"))) for arg in params["args"]]
            self.faults.append(f"an error in the console: {' '.join(texts)[:300]}")

    def _note_Log_entryAdded(self, params):
        entry = params["entry"]
        if entry["level"] == "error" and entry["source"] != "network":
            self.faults.append(f"an error of the browser: {entry['text'][:300]}")

    def run(self, script: str):
        """Run a script in the page; its value."""
        found = self.send(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,  # as a person's: downloads may open a window
        )
        return found.get("result", {}).get("value")

    def wait(self, script: str, what: str) -> None:
        """Wait until a script says yes.

        :raises ScreenError: it never does, or an error is shown meanwhile
        """
        limit = time.monotonic() + self.patience
        while time.monotonic() < limit:
            if self.run(script):
                return
            if shown := self.error_shown():
                raise ScreenError(f"{what}: {shown}")
            time.sleep(0.1)
        raise ScreenError(
            f"{what}: waited {self.patience:g} s in vain at {self.run('location.href')}"
        )

    def error_shown(self) -> str:
        """The words of an error that the page shows; empty if none."""
        script = f"document.querySelector({json.dumps(ERROR_SHOWN)})?.innerText?.trim()"
        words = self.run(script)
        return f"an error is shown: {words[:300]}" if words else ""

    def settle(self) -> None:
        """Wait until the page neither loads nor asks anything any more."""
        limit = time.monotonic() + self.patience
        quiet_since = time.monotonic()
        while time.monotonic() < limit:
            busy = self.run(
                "document.readyState !== 'complete' || [...document.images].some(i => !i.complete)"
            )
            if busy or self.under_way:
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since > QUIET_SECONDS:
                return
            time.sleep(0.05)
        raise ScreenError(f"the page never rests: {' '.join(self.under_way.values())[:300]}")

    def size(self, width: int, height: int, phone: bool = False) -> None:
        """Be as wide and high as a screen."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )
        self.send("Emulation.setTouchEmulationEnabled", enabled=phone)

    def open(self, address: str) -> None:
        """Go to an address."""
        self.send("Page.navigate", url=address)
        self.wait("location.href !== 'about:blank' && document.readyState === 'complete'", address)

    def click(self, text: str) -> None:
        """Click on what has this text, once it is there; `css:…` names it by a selector."""
        if text.startswith("css:"):
            selector = json.dumps(text.removeprefix("css:"))
            script = f"(el => !!el && (el.click(), true))(document.querySelector({selector}))"
        else:
            script = f"{CLICK}({json.dumps(text)})"
        self.wait(script, f"“{text}” to click on")
        self.settle()

    def fill(self, selector: str, value: str) -> None:
        """Type a value into a field."""
        script = f"{FILL}({json.dumps(selector)}, {json.dumps(value)})"
        self.wait(script, f"the field {selector}")
        self.settle()

    def upload(self, selector: str, name: str, content: str) -> None:
        """Choose a file of this name and content in a field."""
        script = f"{UPLOAD}({json.dumps(selector)}, {json.dumps(name)}, {json.dumps(content)})"
        self.wait(script, f"the field {selector}")
        self.settle()

    def log_in(self, base: str, login: str) -> None:
        """Become a user of the demo, whose password is the login."""
        self.open(f"{base}/web/login")
        self.fill("input[name=login]", login)
        self.fill("input[name=password]", login)
        self.run("document.querySelector('form.oe_login_form').submit()")
        self.wait("!location.pathname.startsWith('/web/login')", f"{login} logs in")
        self.settle()

    def picture(self) -> bytes:
        """What is seen now, as PNG."""
        style = json.dumps(STILL)
        self.run(
            f"document.head.appendChild(Object.assign(document.createElement('style'), "
            f"{{textContent: {style}}})); document.activeElement?.blur(); document.fonts.ready"
        )
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])


class Browser:
    """A Chromium that runs; a tab for each screen, so that none disturbs the next."""

    def __init__(self, folder: Path):
        self.port = self._port(folder)
        self.first = {tab["id"] for tab in self._ask("list")}

    def _port(self, folder: Path) -> str:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            with suppress(OSError, IndexError):
                return (folder / "DevToolsActivePort").read_text().split()[0]
            time.sleep(0.1)
        raise ScreenError("Chromium does not start.")

    def _ask(self, path: str, method: str = "GET"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/json/{path}", method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.startswith(("[", "{")) else text

    @contextmanager
    def page(self, patience: float = PATIENCE):
        """A new tab; it is closed afterwards, with the windows that were opened from it."""
        tab = self._ask("new?about:blank", "PUT")
        socket = websocket.create_connection(
            tab["webSocketDebuggerUrl"], timeout=max(patience, PATIENCE)
        )
        try:
            yield Page(socket, patience)
        finally:
            socket.close()
            for other in self._ask("list"):
                if other["type"] == "page" and other["id"] not in self.first:
                    self._ask(f"close/{other['id']}")


@contextmanager
def browsing(program: str):
    """A Chromium with nobody's settings and nobody's cookies."""
    folder = Path(tempfile.mkdtemp())
    process = subprocess.Popen(
        [*ALL_MEMORY, program, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Browser(folder)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)
