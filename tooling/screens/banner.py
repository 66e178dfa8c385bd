"""The banner that app stores show, drawn by the browser from the icon and a screen."""

import base64
from pathlib import Path

from .browser import Page
from .catalogue import SHOP_WINDOW
from .pictures import keep

WIDTH, HEIGHT = 560, 280
SCREEN = "gestion-tableau-de-bord"
PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><style>
* {{ margin: 0; box-sizing: border-box; }}
body {{ width: {width}px; height: {height}px; overflow: hidden; position: relative; color: #fff;
  font-family: "Liberation Sans", Arial, sans-serif; background: linear-gradient(120deg, #00296b, #3d2c6b); }}
.words {{ position: absolute; left: 26px; top: 30px; width: 214px; }}
.words img {{ width: 58px; height: 58px; }}
h1 {{ font-size: 25px; line-height: 1.12; margin: 14px 0 10px; }}
p {{ font-size: 13.5px; line-height: 1.42; opacity: .95; }}
.screen {{ position: absolute; left: 262px; top: 34px; width: 400px; border-radius: 6px;
  box-shadow: 0 8px 26px rgba(0, 0, 0, .45); }}
</style></head><body>
<div class="words"><img src="{icon}" alt=""><h1>Passeport de prévention</h1>
<p>Déclarer les formations santé-sécurité depuis Odoo : stagiaires, fichiers d’import, échéances.</p></div>
<img class="screen" src="{screen}" alt="">
</body></html>"""


def address_of(picture: Path) -> str:
    """A picture as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"


def take_banner(page: Page, folder: Path) -> None:
    """Draw it beside the pictures of the shop window."""
    window = folder / SHOP_WINDOW
    text = PAGE.format(
        width=WIDTH,
        height=HEIGHT,
        icon=address_of(window / "icon.png"),
        screen=address_of(window / f"{SCREEN}.png"),
    )
    page.size(WIDTH, HEIGHT)
    page.open("data:text/html;base64," + base64.b64encode(text.encode()).decode())
    page.settle()
    keep(page.picture(), window / "banner.png")
