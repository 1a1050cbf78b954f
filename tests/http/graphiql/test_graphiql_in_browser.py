"""The page in a real browser that can reach loopback and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright, expect

from gateway.http.graphiql import GraphiqlSettings
from tests.browsing import CHROMIUM, FLAGS
from tests.http.graphiql.small_gateway import GREETING, ISSUER_URL, KAVEH, SARA, TOKEN, WHO, SmallGateway, running


@pytest.fixture
async def sandbox() -> AsyncIterator[SmallGateway]:
    settings = GraphiqlSettings(
        persons={"sara": SARA, "kaveh": KAVEH},
        callers=["citizen:sara", "agency:court", "agency:unknown"],
        issuer=ISSUER_URL,
        examples=[GREETING, WHO],
    )
    async with running(settings) as gateway:
        yield gateway


@pytest.fixture
async def production() -> AsyncIterator[SmallGateway]:
    async with running(GraphiqlSettings()) as gateway:
        yield gateway


@dataclass
class Watched:
    """A tab, and what went on in it: `complaints` are console errors and warnings, and uncaught exceptions."""

    tab: Page
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


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=FLAGS,
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": str(tmp_path)},
        )
        try:
            yield chromium
        finally:
            await chromium.close()


@pytest.fixture
async def watched(browser: Browser) -> AsyncIterator[Watched]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    tab = await context.new_page()
    watch = Watched(tab)
    tab.on("console", watch.hear)
    tab.on("pageerror", lambda error: watch.complaints.append(str(error)))
    context.on("request", watch.see)
    yield watch
    await context.close()


async def text_in(tab: Page, pane: str) -> str:
    """All the text of an editor: what it draws is only what is in view."""
    text: str = await tab.locator(f"{pane} .CodeMirror").evaluate("element => element.CodeMirror.getValue()")
    return text


async def answer_with(tab: Page, part: str) -> dict[str, Any]:
    await expect(tab.locator(".result-window .CodeMirror")).to_contain_text(part)
    answer: dict[str, Any] = json.loads(await text_in(tab, ".result-window"))
    return answer


async def run(tab: Page) -> None:
    await tab.get_by_role("button", name="Execute query").click()


async def choose_sara(tab: Page) -> None:
    await tab.get_by_label("Ready sandbox tokens").select_option(label="citizen:sara")
    await expect(tab.locator(".token-state")).to_have_text("sent with each request")


async def test_an_example_is_answered_with_a_ready_token_and_nothing_leaves_loopback(
    sandbox: SmallGateway, watched: Watched
) -> None:
    await watched.tab.goto(sandbox.url)
    await choose_sara(watched.tab)
    await run(watched.tab)
    answer = await answer_with(watched.tab, "greeting")
    assert answer["data"] == {"greeting": "سلام، سارا رضایی (0013542419)"}
    assert sandbox.callers[-1] == f"Bearer {TOKEN}"
    assert sandbox.asked[-1]["operationName"] == "Greeting"
    assert watched.foreign() == []
    assert watched.complaints == []


async def test_no_dialog_or_panel_breaks_the_policy_of_the_page(sandbox: SmallGateway, watched: Watched) -> None:
    tab = watched.tab
    await tab.goto(sandbox.url)
    await choose_sara(tab)
    await tab.get_by_label("Open settings dialog").click()
    await tab.get_by_role("button", name="Dark").click()
    await tab.keyboard.press("Escape")
    await tab.get_by_label("Open short keys dialog").click()
    await expect(tab.get_by_role("dialog")).to_be_visible()
    await tab.keyboard.press("Escape")
    await tab.get_by_label("Show Documentation Explorer").click()
    await tab.get_by_role("link", name="Query", exact=True).click()
    await expect(tab.get_by_text("A greeting in Persian")).to_be_visible()
    await tab.get_by_label("Show History").click()
    await tab.get_by_label("Prettify query").click()
    assert watched.foreign() == []
    assert watched.complaints == []


async def test_a_pasted_token_is_kept_for_the_tab_alone_and_sent_bare(sandbox: SmallGateway, watched: Watched) -> None:
    tab = watched.tab
    await tab.goto(sandbox.url)
    await tab.get_by_label("Token", exact=True).fill("Authorization: Bearer  pasted.by-hand ")
    await tab.get_by_label("Token", exact=True).press("Enter")
    await expect(tab.locator(".token-state")).to_have_text("sent with each request")
    await tab.reload()
    await tab.get_by_label("Examples").select_option(label="Who asks · چه کسی می‌پرسد")
    await run(tab)
    assert (await answer_with(tab, "caller"))["data"] == {"caller": "Bearer pasted.by-hand"}
    assert await tab.evaluate("JSON.stringify(localStorage)") == "{}"
    other = await tab.context.new_page()
    await other.goto(sandbox.url)
    await expect(other.locator(".token-state")).to_have_text("no token is sent")


async def test_without_a_token_the_page_says_where_to_put_one_and_loads_the_schema_once_it_has_it(
    sandbox: SmallGateway, watched: Watched
) -> None:
    notice = watched.tab.get_by_role("alert")
    await watched.tab.goto(sandbox.url)
    await expect(notice).to_contain_text("No token is sent. Paste one in the field “Token” above")
    await expect(notice).to_contain_text("say who you are")
    assert set(sandbox.callers) == {None}
    await choose_sara(watched.tab)
    await expect(notice).to_have_count(0)
    async with asyncio.timeout(20):  # the notice goes when there is a token, before the schema was asked for with it
        while sandbox.callers[-1] != f"Bearer {TOKEN}":  # noqa: ASYNC110 - a list of what came has no event
            await asyncio.sleep(0.05)


async def test_a_named_persons_code_goes_into_the_variables_beside_what_is_there(
    sandbox: SmallGateway, watched: Watched
) -> None:
    tab = watched.tab
    await tab.goto(sandbox.url)
    await choose_sara(tab)
    await tab.get_by_role("button", name="Use the code of kaveh").click()
    await run(tab)
    assert "3875194063" in (await answer_with(tab, "greeting"))["data"]["greeting"]
    await tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await tab.get_by_role("button", name="Copy the code of sara").click()
    await expect(tab.get_by_text("copied")).to_be_visible()
    assert await tab.evaluate("navigator.clipboard.readText()") == SARA.code


async def test_an_example_does_not_overwrite_what_somebody_wrote(sandbox: SmallGateway, watched: Watched) -> None:
    tab = watched.tab
    await tab.goto(sandbox.url)
    await choose_sara(tab)
    mine = "query Mine { caller }"
    await tab.locator(".graphiql-query-editor .CodeMirror").evaluate(
        "(element, text) => element.CodeMirror.setValue(text)", mine
    )
    await tab.get_by_label("Examples").select_option(label="Who asks · چه کسی می‌پرسد")
    await expect(tab.get_by_role("tab")).to_have_count(2)
    await run(tab)
    await answer_with(tab, "caller")
    assert await text_in(tab, ".graphiql-query-editor") == WHO.query
    await tab.get_by_role("tab").first.click()
    await expect(tab.locator(".graphiql-query-editor .CodeMirror")).to_contain_text("Mine")
    assert await text_in(tab, ".graphiql-query-editor") == mine


async def test_outside_the_sandbox_there_are_no_ready_tokens_and_no_named_persons(
    production: SmallGateway, watched: Watched
) -> None:
    await watched.tab.goto(production.url)
    await expect(watched.tab.get_by_label("Token", exact=True)).to_be_visible()
    await expect(watched.tab.get_by_label("Ready sandbox tokens")).to_have_count(0)
    await expect(watched.tab.get_by_label("Show Named persons")).to_have_count(0)


async def test_an_agencys_token_is_bound_to_a_key_that_the_browser_keeps_and_proves_with_each_request(
    sandbox: SmallGateway, watched: Watched
) -> None:
    tab = watched.tab
    await tab.goto(sandbox.url)
    await tab.get_by_label("Ready sandbox tokens").select_option(label="agency:court")
    await expect(tab.locator(".token-state")).to_have_text("sent with each request, with a proof of the key")
    await tab.get_by_label("Examples").select_option(label="Who asks · چه کسی می‌پرسد")
    await run(tab)
    assert (await answer_with(tab, "caller"))["data"] == {"caller": f"court {sandbox.bound_to}"}
    assert sandbox.refused == ["use_dpop_nonce"], "one refusal teaches the page the nonce, for all requests to come"
    await tab.reload()
    await run(tab)
    assert (await answer_with(tab, "caller"))["data"] == {"caller": f"court {sandbox.bound_to}"}
    assert await tab.evaluate(EXPORT) == "InvalidAccessError"
    assert [text for text in watched.complaints if "401" not in text] == []


async def test_a_caller_whom_the_sandbox_does_not_know_leaves_the_token_as_it_is(
    sandbox: SmallGateway, watched: Watched
) -> None:
    tab = watched.tab
    await tab.goto(sandbox.url)
    await choose_sara(tab)
    await expect(tab.locator(".token-state")).to_have_text("sent with each request")
    await tab.get_by_label("Ready sandbox tokens").select_option(label="agency:unknown")
    await expect(tab.locator(".token-state")).to_have_text("no token: nobody of that name")
    await run(tab)
    assert (await answer_with(tab, "greeting"))["data"]
    assert sandbox.callers[-1] == f"Bearer {TOKEN}"


# What happens when a script of the page tries to read the private key.
EXPORT = """async () => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("tamin", 1);
    asked.onsuccess = () => resolve(asked.result);
  });
  const pair = await new Promise((resolve) => {
    const asked = database.transaction("keys").objectStore("keys").get("dpop");
    asked.onsuccess = () => resolve(asked.result);
  });
  return crypto.subtle.exportKey("jwk", pair.privateKey).then(() => "exported", (error) => error.name);
}"""
