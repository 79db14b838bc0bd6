"""Picture of the map of an instance's plan for the README: ``make picture``."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import ViewportSize, sync_playwright

from outreach_optimizer.files import read_instance
from outreach_optimizer.outputs.map import map_html
from outreach_optimizer.solver import solve
from outreach_optimizer.texts import load

CHROMIUM = "/usr/bin/chromium"
SIZE = ViewportSize(width=1280, height=800)


def picture(instance_path: Path, target: Path) -> None:
    """Solve with one worker, so that the picture stays the same, and photograph the English map."""
    instance = read_instance(instance_path)
    schedule = solve(instance, time_limit_s=300, workers=1).schedule
    if schedule is None:
        sys.exit("there is no plan to draw")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder, "map.html")
        page_file.write_text(map_html(instance, schedule, load("en")), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=SIZE, offline=True)
        page.goto(page_file.as_uri())
        page.wait_for_load_state("networkidle")
        page.screenshot(path=target, animations="disabled")
        browser.close()


if __name__ == "__main__":
    picture(Path(sys.argv[1]), Path(sys.argv[2]))
