"""Takes the pictures: run by ./dev screenshots with the environment's Python, on a running demo.

`python -m tooling.screens.take REQUEST.json`: the request has the address of the server, the program of
the browser, what the addresses of screens name, the folder to write into, and which pictures are wanted.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from .banner import take_banner
from .browser import PATIENCE, Page, ScreenError, browsing
from .catalogue import SCREENS, Fill, Screen, Upload
from .pictures import keep

WIDTH = 1280
PHONE = (390, 844)


def show(page: Page, base: str, names: dict[str, str], screen: Screen) -> None:
    """Bring a screen up as a person would.

    :raises ScreenError: it does not open, or something goes wrong on it
    """
    page.size(*(PHONE if screen.phone else (WIDTH, screen.height)), phone=screen.phone)
    page.open(base + screen.path.format(**names))
    page.settle()
    for step in screen.steps:
        if isinstance(step, Fill):
            page.fill(step.selector, step.value)
        elif isinstance(step, Upload):
            page.upload(step.selector, step.name, step.content)
        else:
            page.click(step)
    seen = (
        f"[...document.querySelectorAll({json.dumps(screen.shows)})].some(e => e.checkVisibility())"
    )
    page.wait(seen, f"{screen.shows} to be seen")
    page.settle()
    faults = [fault for fault in (*page.faults, page.error_shown()) if fault]
    if screen.phone and page.run(f"document.documentElement.scrollWidth > {PHONE[0]}"):
        faults.append("it is wider than a phone")
    if faults:
        raise ScreenError("; ".join(faults))


def take(
    page: Page,
    base: str,
    names: dict[str, str],
    folder: Path,
    screens: Iterable[Screen],
    patience: float = PATIENCE,
) -> list[str]:
    """Take these pictures; what went wrong, each with the screen's name, the others taken all the same.

    :param patience: how many seconds something is waited for
    """
    faults, login = [], None
    page.patience = patience
    for screen in screens:
        try:
            if screen.login != login:
                page.log_in(base, screen.login)
                login = screen.login
            show(page, base, names, screen)
            size = keep(page.picture(), folder / screen.file)
            print(f"  {screen.file}: {size // 1000} KB", flush=True)
        except ScreenError as error:
            faults.append(f"{screen.name}: {error}")
    return faults


def main() -> int:
    """Take all that the request asks for; 1 with every fault on a line of its own."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder, wanted = Path(request["folder"]), request["wanted"]
    screens = [screen for screen in SCREENS if not wanted or screen.name in wanted]
    with browsing(request["browser"]) as page:
        faults = take(page, request["url"], request["names"], folder, screens)
        if not faults and not wanted:
            take_banner(page, folder)
    for fault in faults:
        print(f"! {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
