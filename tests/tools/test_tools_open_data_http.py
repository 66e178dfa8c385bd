import socket
import threading
import time
import unittest
from contextlib import contextmanager, suppress
from unittest.mock import patch

from ...tools import open_data_http
from ...tools.open_data_http import OpenDataError, check_address, get_json, is_public

PUBLIC, INNER = "8.8.8.8", "127.0.0.1"


class TestAddresses(unittest.TestCase):
    def test_only_public_ones_over_https(self):
        for address in (
            "http://opendata.example.org/x",
            "https://127.0.0.1/x",
            "https://10.1.2.3/x",
            "https://169.254.169.254/latest",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://[64:ff9b::a00:1]/x",
            "https://[2002:a00:1::]/x",
            "https://user:password@8.8.8.8/x",
            "https://8.8.8.8:port/x",
            "https://[::1",
            "file:///etc/passwd",
            "ftp://8.8.8.8/x",
            "https:///x",
            "",
            None,
        ):
            with self.subTest(address=address), self.assertRaises(OpenDataError) as caught:
                check_address(address)
            self.assertEqual(caught.exception.code, open_data_http.ADDRESS)
        check_address("https://8.8.8.8/x")

    def test_inner_addresses_in_public_clothes(self):
        for address in (
            "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",  # a translator of one's own
            "2002:7f00:1::",  # 6to4 of 127.0.0.1
            "2002:808:808::1",  # 6to4 at all
            "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "192.88.99.1",
            "224.0.0.1",
            "ff02::1",
            "fec0::1",
            "fe80::1%eth0",
            "fd00::1",
            "100.64.0.1",
            "0.0.0.0",
            "x",
        ):
            with self.subTest(address=address):
                self.assertFalse(is_public(address))
        for address in (PUBLIC, "2a00:1450:4007:80e::200e", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"):
            with self.subTest(address=address):
                self.assertTrue(is_public(address))

    def resolving(self, *answers):
        """Have names resolved to these addresses, one answer after the other."""
        left = list(answers)

        def getaddrinfo(host, port, *args, **kwargs):
            address = left.pop(0) if host == "portal.example" else host
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))]

        return patch.object(socket, "getaddrinfo", getaddrinfo)

    def test_second_answer_of_a_name_is_looked_at_too(self):
        with socket.create_server((INNER, 0)) as server:
            server.settimeout(0.2)
            port = server.getsockname()[1]
            with self.resolving(PUBLIC, INNER), self.assertRaises(OpenDataError) as caught:
                get_json(f"https://portal.example:{port}/x", {})
            self.assertEqual(caught.exception.code, open_data_http.ADDRESS)
            with self.assertRaises(TimeoutError):
                server.accept()

    def test_connection_goes_to_the_address_that_was_looked_at(self):
        asked = []

        def connect(address, *args, **kwargs):
            asked.append(address)
            raise OSError

        with (
            self.resolving(PUBLIC, PUBLIC, INNER),
            patch.object(open_data_http, "TRIES", 1),
            patch("urllib3.util.connection.create_connection", connect),
            self.assertRaises(OpenDataError) as caught,
        ):
            get_json("https://portal.example/x", {})
        self.assertEqual(caught.exception.code, open_data_http.UNREACHABLE)
        self.assertEqual(asked, [(PUBLIC, 443)])


class TestHostileAnswers(unittest.TestCase):
    """A source answers whatever it likes: an error of ours comes out, in bounded time."""

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(open_data_http, "PUBLIC_ONLY", False))
        self.waits = []
        self.enterContext(patch.object(time, "sleep", self.waits.append))

    @contextmanager
    def serving(self, *answers):
        """Answer each connection with the parts of one answer, the last one from then on.

        A part that is a function is given the connection.
        """
        server = socket.create_server((INNER, 0))
        server.settimeout(10)
        self.count = 0

        def serve():
            left = list(answers)
            while True:
                try:
                    connection, _address = server.accept()
                except OSError:
                    return
                self.count += 1
                answer = left.pop(0) if len(left) > 1 else left[0]
                threading.Thread(target=say, args=(connection, answer), daemon=True).start()

        def say(connection, answer):
            # Who has heard enough closes the connection.
            with connection, suppress(OSError):
                connection.recv(65536)
                for part in answer:
                    if callable(part):
                        part(connection)
                    else:
                        connection.sendall(part)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://{INNER}:{server.getsockname()[1]}/records"
        finally:
            server.close()
            thread.join(1)

    def body(self, content, *headers, status="200 OK"):
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close"]
        return ["\r\n".join([*lines, *headers, "", ""]).encode("latin-1"), content]

    def refused(self, *answers, seconds=None):
        """Return the code of the error that comes out."""
        began = time.perf_counter()
        with self.serving(*answers) as address, self.assertRaises(OpenDataError) as caught:
            get_json(address, {}, seconds)
        self.assertLess(time.perf_counter() - began, 8)
        return caught.exception.code

    def drip(self, connection):
        event = threading.Event()
        while True:
            connection.sendall(b" ")
            event.wait(0.05)

    def test_what_is_well_is_read(self):
        with self.serving(self.body(b'{"a": [1]}')) as address:
            self.assertEqual(get_json(address, {}), {"a": [1]})

    def test_drips(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        for parts in (
            [self.drip],
            [b"HTTP/1.1 200 OK\r\nX: ", self.drip],
            [head + b"\r\n[", self.drip],
            [head + b"Transfer-Encoding: chunked\r\n\r\n", self.drip],
            [head + b"Content-Length: 100000\r\n\r\n", self.drip],
        ):
            with self.subTest(parts=parts), patch.object(open_data_http, "MAX_SECONDS", 0.5):
                self.assertEqual(self.refused(parts), open_data_http.UNREACHABLE)

    def test_interim_answers_without_end(self):
        def interim(connection):
            while True:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

        with patch.object(open_data_http, "MAX_SECONDS", 0.5):
            self.assertEqual(self.refused([interim]), open_data_http.UNREACHABLE)

    def test_body_without_end(self):
        def flood(connection):
            while True:
                connection.sendall(b"[" * 65536)

        self.assertEqual(
            self.refused([b"HTTP/1.1 200 OK\r\n\r\n", flood]), open_data_http.TOO_LARGE
        )

    def test_body_of_a_redirect_is_never_read(self):
        moved = b"HTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n"
        self.assertEqual(self.refused([moved, self.drip]), open_data_http.STATUS)

    def test_content_that_is_hard_to_read(self):
        for content in (
            b"[" * 200_000 + b"]" * 200_000,
            b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
            b"<html>",
            b"\xff\xfe{",
            b"",
        ):
            with self.subTest(content=content[:10]):
                self.assertEqual(self.refused(self.body(content)), open_data_http.NOT_JSON)
        with self.serving(self.body(b"[" + b"9" * 1_000_000 + b"]")) as address:
            self.assertIsInstance(get_json(address, {})[0], str)

    def test_odd_headers(self):
        good = b"[]"
        for answer in (
            [b"nonsense\r\n\r\n"],
            [b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n[]"],
            [b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n[]"],
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]"],
            self.body(good, "Content-Encoding: gzip"),
            self.body(good, "Location: http://[::1", status="302 Found"),
            self.body(good, "Location: https://\xe9\xff.example:99999999/", status="301 Moved"),
            self.body(good, "Location: https://" + "a" * 300 + "/", status="307 Moved"),
            self.body(good, status="999 Odd"),
            self.body(good, status="302 Found"),
            [b""],
        ):
            with self.subTest(answer=answer[0][:80]):
                self.assertIn(
                    self.refused(answer),
                    (open_data_http.UNREACHABLE, open_data_http.STATUS, open_data_http.ADDRESS),
                )

    def test_redirects_without_end(self):
        moved = self.body(b"", "Location: /again", status="302 Found")
        self.assertEqual(self.refused(moved), open_data_http.STATUS)
        self.assertEqual(self.count, open_data_http.MAX_REDIRECTS + 1)

    def test_waits_it_asks_for_are_bounded(self):
        answers = [
            self.body(b"", f"Retry-After: {wait}", status="503 Later")
            for wait in ("86400", "soon", "Wed, 21 Oct 2099 07:28:00 GMT")
        ]
        with self.serving(*answers, self.body(b"[]")) as address:
            self.assertEqual(get_json(address, {}), [])
        self.assertEqual(self.waits, [30, 2, 30])

    def test_all_tries_together_are_bounded(self):
        self.assertEqual(self.refused([self.drip], seconds=0.5), open_data_http.UNREACHABLE)
        self.assertEqual(self.count, 1)
        self.assertEqual(self.refused([self.drip], seconds=-1), open_data_http.UNREACHABLE)
        self.assertEqual(self.count, 0)

    def test_what_may_pass_is_tried_again(self):
        cut = [b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[1"]
        later = self.body(b"", status="429 Later")
        with self.serving([b""], later, cut, self.body(b"[1]")) as address:
            self.assertEqual(get_json(address, {}), [1])
        self.assertEqual((self.count, self.waits), (4, [2, 4]))
        self.assertEqual(self.refused(self.body(b"", status="404 No")), open_data_http.STATUS)
        self.assertEqual(self.count, 1)

    def test_neither_passwords_nor_odd_encodings_are_sent(self):
        sent = []

        server = socket.create_server((INNER, 0))
        address = f"http://{INNER}:{server.getsockname()[1]}/x"

        def serve():
            connection, _address = server.accept()
            with connection:
                sent.append(connection.recv(65536).decode())
                connection.sendall(b"".join(self.body(b"{}")))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with patch("requests.utils.get_netrc_auth", lambda *args: ("me", "secret")):
            get_json(address, {"a": "é"})
        thread.join(5)
        server.close()
        self.assertNotIn("Authorization", sent[0])
        self.assertIn("Accept-Encoding: identity", sent[0])
        self.assertIn("/x?a=%C3%A9 ", sent[0])
