"""A page in a browser without any network, of which everything that goes wrong is noticed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page


@contextmanager
def watched(browser: Browser, path: Path) -> Iterator[Page]:
    """Open a file; in the end nothing may have failed, complained or been asked for but the file itself."""
    context = browser.new_context(offline=True, viewport={"width": 1100, "height": 1200})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: wrong.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    yield page
    assert not wrong
    context.close()
