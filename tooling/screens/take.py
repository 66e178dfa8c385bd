"""Takes the pictures: run by ./dev screenshots with the environment's Python, on a running demo.

`python -m tooling.screens.take REQUEST.json`: the request has the address of the server, the program of
the browser, what the addresses of screens name, the folder to write into, and which pictures are wanted.
"""

import json
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from .banner import take_banner
from .browser import PATIENCE, Browser, Page, ScreenError, browsing
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
    program: str,
    base: str,
    names: dict[str, str],
    folder: Path,
    screens: Iterable[Screen],
    patience: float = PATIENCE,
) -> list[str]:
    """Take these pictures; what went wrong, each with the screen's name, the others taken all the same.

    :param program: the browser, started anew for each person
    :param patience: how many seconds something is waited for
    """
    faults = []
    for login, theirs in groupby(screens, key=lambda screen: screen.login):
        with browsing(program) as browser:
            if login and (fault := log_in(browser, base, login, patience)):
                faults.append(fault)
                continue
            for screen in theirs:
                try:
                    with browser.page(patience) as page:
                        show(page, base, names, screen)
                        size = keep(page.picture(), folder / screen.file)
                    print(f"  {screen.file}: {size // 1000} KB", flush=True)
                except ScreenError as error:
                    faults.append(f"{screen.name}: {error}")
    return faults


def log_in(browser: Browser, base: str, login: str, patience: float) -> str:
    """Become somebody; what went wrong, if anything."""
    try:
        with browser.page(patience) as page:
            page.log_in(base, login)
    except ScreenError as error:
        return f"all screens of {login}: {error}"
    return ""


def main() -> int:
    """Take all that the request asks for; 1 with every fault on a line of its own."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder, wanted = Path(request["folder"]), request["wanted"]
    screens = [screen for screen in SCREENS if not wanted or screen.name in wanted]
    faults = take(request["browser"], request["url"], request["names"], folder, screens)
    if not faults and not wanted:
        with browsing(request["browser"]) as browser, browser.page() as page:
            take_banner(page, folder)
    for fault in faults:
        print(f"! {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
