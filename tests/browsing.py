"""A real headless Chromium that reaches loopback and nothing else; what it complains of and asks for is noted."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import ConsoleMessage, Page, Request, async_playwright, expect

expect.set_options(timeout=20_000)  # milliseconds: a machine may be busy with other suites

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@dataclass
class Tab:
    """`complaints` are console errors and warnings, and uncaught exceptions."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def see(self, request: Request) -> None:
        self.requests.append(request.url)

    def foreign(self) -> list[str]:
        """Requests for another host than the gateway's; data: and blob: go to none."""
        ours = ("127.0.0.1", None)
        return [url for url in self.requests if urlsplit(url).hostname not in ours]


@asynccontextmanager
async def tab(home: Path, *, width: int = 900, height: int = 1100, javascript: bool = True) -> AsyncIterator[Tab]:
    """In a window of so many pixels."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=FLAGS,
            env={"HOME": str(home), "PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": str(home)},
        )
        try:
            context = await chromium.new_context(
                viewport={"width": width, "height": height}, java_script_enabled=javascript, accept_downloads=False
            )
            watched = Tab(await context.new_page())
            watched.page.on("console", watched.hear)
            watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
            context.on("request", watched.see)
            yield watched
            await context.close()
        finally:
            await chromium.close()
