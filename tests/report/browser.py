"""Headless Chromium, where there is one: a page with a script of the test's own, and what that found."""

import re
import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def looked_at(page: str, folder: Path, script: str, *options: str) -> str:
    """Load a page and run a script in it.

    Args:
        page: HTML.
        folder: For the page and the browser's profile.
        script: JavaScript, after the page has done its own; its value becomes text.
        options: Of the browser.

    Returns:
        The text.

    Raises:
        AssertionError: The page wrote to the console, as it does on an error.
    """
    run = f"setTimeout(() => {{ document.title = 'found ' + (() => {{ {script} }})(); }}, 3000)"
    (folder / "page.html").write_text(page.replace("</body>", f"<script>{run}</script></body>"), "utf-8")
    command = [
        str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", *options,
        f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=9000", "--dump-dom",
        f"file://{folder / 'page.html'}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    assert "CONSOLE" not in done.stderr, done.stderr
    return re.findall(r"<title>found (.*?)</title>", done.stdout, re.S)[0]
