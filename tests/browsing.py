"""A real headless Chromium that reaches loopback and nothing else; what it complains of and asks for is noted."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

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
    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def see(self, request: Request) -> None:
        self.requests.append(request.url)


@asynccontextmanager
async def tab(home: Path, *, javascript: bool = True) -> AsyncIterator[Tab]:
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
                viewport={"width": 900, "height": 1100}, java_script_enabled=javascript, accept_downloads=False
            )
            watched = Tab(await context.new_page())
            watched.page.on("console", watched.hear)
            watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
            context.on("request", watched.see)
            yield watched
            await context.close()
        finally:
            await chromium.close()
