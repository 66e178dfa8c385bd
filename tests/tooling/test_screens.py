import io
import tempfile
import threading
from contextlib import redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import TestCase, skipUnless

from ...tooling.screens.catalogue import Fill, Screen, Upload
from ...tooling.system_packages import BROWSER

try:
    from PIL import Image

    from ...tooling.screens.take import take
except ImportError:  # without the developer's packages
    take = None

HEAD = """<!doctype html><html><head><meta charset='utf-8'><link rel='icon' href='data:,'>
<meta name='viewport' content='width=device-width'>"""
TELL = "<script>tell = word => { document.body.innerHTML = `<p id='${word}'>fait</p>` }</script>"
PAGES = {
    "/right": "<main><p>Tout va bien</p></main>",
    "/console": "<main></main><script>console.error('mal')</script>",
    "/thrown": "<main></main><script>setTimeout(() => { throw new Error('boum') })</script>",
    "/request": "<main></main><script>fetch('/nowhere')</script>",
    "/dialog": "<main></main><div class='o_error_dialog'>Erreur du serveur</div>",
    "/hidden": "<main><p style='display: none'>caché</p></main>",
    "/wide": "<main><p style='width: 900px'>large</p></main>",
    "/upload": TELL + "<input type='file' onchange='tell(this.files[0].name)'>",
    "/steps": f"""{TELL}<input id='name'>
        <button onclick='tell(document.getElementById("name").value)'>Envoyer</button>""",
}


class Handler(BaseHTTPRequestHandler):
    """Serves the pages above."""

    def do_GET(self):
        """Answer one page, or that there is none."""
        body = PAGES.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"{HEAD}{body or ''}".encode())

    def log_message(self, *_args):
        """Be quiet."""


@skipUnless(take and BROWSER.found(), "Chromium and the developer's packages are needed")
class TestScreens(TestCase):
    """A screen on which something is wrong is named, the others get their picture."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        cls.base = f"http://127.0.0.1:{server.server_address[1]}"
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)

    def faults(self, *screens):
        """Take pictures; what went wrong."""
        with redirect_stdout(io.StringIO()):
            return take(
                BROWSER.found(), self.base, {"page": "right"}, self.folder, screens, patience=3
            )

    def picture(self, screen):
        """Return the size and the colours of a picture that was taken."""
        with Image.open(self.folder / screen.file) as image:
            return image.size, image.mode

    @staticmethod
    def screen(**values):
        """Return a screen of nobody's that shows a paragraph."""
        return Screen(**{"login": "", "shows": "p", **values})

    def test_right_ones(self):
        wide = self.screen(name="wide", path="/{page}", height=300)
        phone = self.screen(name="phone", path="/right", phone=True)
        self.assertEqual(self.faults(wide, phone), [])
        self.assertEqual(self.picture(wide), ((1280, 300), "P"))
        self.assertEqual(self.picture(phone), ((390, 844), "P"))

    def test_each_fault_is_told_and_stops_nothing(self):
        names = ("console", "thrown", "request", "dialog")
        screens = [self.screen(name=name, path=f"/{name}", shows="main") for name in names]
        after = self.screen(name="after", path="/right")
        console, thrown, request, dialog = self.faults(*screens, after)
        self.assertRegex(console, "^console: an error in the console: mal")
        self.assertRegex(thrown, "^thrown: an error of a script: Error: boum")
        self.assertRegex(request, "^request: .*/nowhere answers 404")
        self.assertRegex(dialog, "^dialog: .*Erreur du serveur")
        self.assertTrue((self.folder / after.file).exists())
        for screen in screens:
            self.assertFalse((self.folder / screen.file).exists())

    def test_missing(self):
        hidden = self.screen(name="hidden", path="/hidden")
        button = self.screen(name="button", path="/right", steps=("Payer",))
        field = self.screen(name="field", path="/right", steps=(Fill("#none", "x"),))
        page = self.screen(name="page", path="/none")
        found = self.faults(hidden, button, field, page)
        self.assertEqual(
            [text.partition(":")[0] for text in found], ["hidden", "button", "field", "page"]
        )
        self.assertIn("“Payer” to click on", found[1])

    def test_wider_than_a_phone(self):
        wide = self.screen(name="wide", path="/wide", phone=True)
        self.assertEqual(self.faults(wide), ["wide: it is wider than a phone"])

    def test_upload(self):
        steps = (Upload("input", "liste.csv", "Maëlle"),)
        right = self.screen(name="upload", path="/upload", steps=steps, shows="[id='liste.csv']")
        self.assertEqual(self.faults(right), [])

    def test_steps(self):
        steps = (Fill("#name", "Maëlle"), "Envoyer")
        right = self.screen(name="steps", path="/steps", steps=steps, shows="#Maëlle")
        other = self.screen(name="other", path="/steps", steps=steps, shows="#Erwan")
        (fault,) = self.faults(right, other)
        self.assertRegex(fault, "^other: #Erwan to be seen")
