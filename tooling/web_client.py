"""A session of the web client, or of a visitor, on a running server."""

import http.cookiejar
import json
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT = 60


class ServerError(Exception):
    """The server answered with an error; `name` is the class of the exception, `message` its text."""

    def __init__(self, path: str, name: str, message: str):
        super().__init__(f"{path} {name}: {message[:300]}")
        self.name = name.rpartition(".")[2]
        self.message = message


class WebClient:
    """Keeps its cookies; calls models as the web client does, opens pages as a browser does."""

    def __init__(self, url: str, database: str):
        self.url = url
        self.database = database
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def rpc(self, path: str, **params):
        """Call a JSON route; what it returned.

        :raises ServerError: it answered with an error
        """
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}
        )
        with self.opener.open(request, timeout=TIMEOUT) as answer:
            found = json.load(answer)
        if error := found.get("error"):
            data = error.get("data", {})
            raise ServerError(path, data.get("name", ""), data.get("message", ""))
        return found.get("result")

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a public method of a model."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, model=model, method=method, args=list(args), kwargs=kwargs)

    def log_in(self, login: str, password: str) -> None:
        """Open the session."""
        self.rpc("/web/session/authenticate", db=self.database, login=login, password=password)

    def page(self, path: str, form: dict | None = None) -> tuple[int, str]:
        """Open a page, or post a form to it; the status and the text, redirections followed."""
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.url, path), body)
        try:
            with self.opener.open(request, timeout=TIMEOUT) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
