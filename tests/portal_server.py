"""A portal on this machine that speaks both open-data interfaces, and misbehaves when told to."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class _Handler(BaseHTTPRequestHandler):
    # A read whose peer never closes would keep the test waiting.
    timeout = 5

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        portal = self.server.portal
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        portal.requests.append((parts.path, query))
        fault = portal.faults.pop(0) if portal.faults else None
        if callable(fault):
            return fault(self, parts.path, query)
        if isinstance(fault, int):
            return self.send_body(b"try later", status=fault)
        if wrong := portal.refuses(parts.path, query):
            return self.send_json({"errors": [{"title": "Invalid query", "detail": wrong}]}, 400)
        return self.send_json(portal.answer(parts.path, query))

    def send_json(self, value, status=200):
        self.send_body(json.dumps(value).encode(), "application/json", status)

    def send_body(self, body, kind="text/html", status=200, headers=(), announced=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


class Portal:
    """Serves ``records`` under ``/ods`` (Opendatasoft) and, elsewhere, as data.gouv.fr does.

    The tabular interface numbers its records (``__id``), gives 50 a page at most, sorts by what it is
    asked for and refuses columns that it does not have.

    ``faults`` are used up one per request: ``None`` (answer well), a status, or a function of the
    handler, the path and the query; ``requests`` is what was asked.
    """

    def __init__(self):
        self.records, self.faults, self.requests = [], [], []
        self.total = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.daemon_threads = True
        self.server.portal = self
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def reset(self):
        self.records, self.faults, self.requests, self.total = [], [], [], None

    def refuses(self, path, query):
        """Return what is wrong with a query, as the tabular interface sees it."""
        if path.startswith("/ods") or not self.records:
            return None
        if int(query.get("page_size", 20)) > 50:
            return "page_size"
        columns = {key.rpartition("__")[0] for key in query if "__" in key}
        return next((name for name in columns if name not in self.records[0]), None)

    def answer(self, path, query):
        total = len(self.records) if self.total is None else self.total
        if path.startswith("/ods"):
            start, size = int(query.get("offset", 0)), min(int(query["limit"]), 100)
            return {"total_count": total, "results": self.records[start : start + size]}
        page, size = int(query.get("page", 1)), int(query.get("page_size", 20))
        start = (page - 1) * size
        records = [{"__id": number, **record} for number, record in enumerate(self.records, 1)]
        for key in query:
            if key.endswith("__sort"):
                records.sort(key=lambda record: str(record[key.removesuffix("__sort")]))
        following = f"{self.root}{path}?page={page + 1}&page_size={size}"
        return {
            "data": records[start : start + size],
            "links": {"next": following if start + size < total else None, "prev": None},
            "meta": {"page": page, "page_size": size, "total": total},
        }
