"""The page in a real browser that can reach loopback and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from gateway.http.graphiql import GraphiqlSettings
from tests.browsing import Tab, tab
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


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Tab]:
    async with tab(tmp_path, width=1440, height=900) as watched:
        yield watched


async def text_in(page: Page, pane: str) -> str:
    """All the text of an editor: what it draws is only what is in view."""
    text: str = await page.locator(f"{pane} .CodeMirror").evaluate("element => element.CodeMirror.getValue()")
    return text


async def answer_with(page: Page, part: str) -> dict[str, Any]:
    await expect(page.locator(".result-window .CodeMirror")).to_contain_text(part)
    answer: dict[str, Any] = json.loads(await text_in(page, ".result-window"))
    return answer


async def run(page: Page) -> None:
    await page.get_by_role("button", name="Execute query").click()


async def choose_sara(page: Page) -> None:
    await page.get_by_label("Ready sandbox tokens").select_option(label="citizen:sara")
    await expect(page.locator(".token-state")).to_have_text("sent with each request")


async def test_an_example_is_answered_with_a_ready_token_and_nothing_leaves_loopback(
    sandbox: SmallGateway, watched: Tab
) -> None:
    await watched.page.goto(sandbox.url)
    await choose_sara(watched.page)
    await run(watched.page)
    answer = await answer_with(watched.page, "greeting")
    assert answer["data"] == {"greeting": "سلام، سارا رضایی (0013542419)"}
    assert sandbox.callers[-1] == f"Bearer {TOKEN}"
    assert sandbox.asked[-1]["operationName"] == "Greeting"
    assert watched.foreign() == []
    assert watched.complaints == []


async def test_no_dialog_or_panel_breaks_the_policy_of_the_page(sandbox: SmallGateway, watched: Tab) -> None:
    page = watched.page
    await page.goto(sandbox.url)
    await choose_sara(page)
    await page.get_by_label("Open settings dialog").click()
    await page.get_by_role("button", name="Dark").click()
    await page.keyboard.press("Escape")
    await page.get_by_label("Open short keys dialog").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_label("Show Documentation Explorer").click()
    await page.get_by_role("link", name="Query", exact=True).click()
    await expect(page.get_by_text("A greeting in Persian")).to_be_visible()
    await page.get_by_label("Show History").click()
    await page.get_by_label("Prettify query").click()
    assert watched.foreign() == []
    assert watched.complaints == []


async def test_a_pasted_token_is_kept_for_the_tab_alone_and_sent_bare(sandbox: SmallGateway, watched: Tab) -> None:
    page = watched.page
    await page.goto(sandbox.url)
    await page.get_by_label("Token", exact=True).fill("Authorization: Bearer  pasted.by-hand ")
    await page.get_by_label("Token", exact=True).press("Enter")
    await expect(page.locator(".token-state")).to_have_text("sent with each request")
    await page.reload()
    await page.get_by_label("Examples").select_option(label="Who asks · چه کسی می‌پرسد")
    await run(page)
    assert (await answer_with(page, "caller"))["data"] == {"caller": "Bearer pasted.by-hand"}
    assert await page.evaluate("JSON.stringify(localStorage)") == "{}"
    other = await page.context.new_page()
    await other.goto(sandbox.url)
    await expect(other.locator(".token-state")).to_have_text("no token is sent")


async def test_without_a_token_the_page_says_where_to_put_one_and_loads_the_schema_once_it_has_it(
    sandbox: SmallGateway, watched: Tab
) -> None:
    notice = watched.page.get_by_role("alert")
    await watched.page.goto(sandbox.url)
    await expect(notice).to_contain_text("No token is sent. Paste one in the field “Token” above")
    await expect(notice).to_contain_text("say who you are")
    assert set(sandbox.callers) == {None}
    await choose_sara(watched.page)
    await expect(notice).to_have_count(0)
    async with asyncio.timeout(20):  # the notice goes when there is a token, before the schema was asked for with it
        while sandbox.callers[-1] != f"Bearer {TOKEN}":  # noqa: ASYNC110 - a list of what came has no event
            await asyncio.sleep(0.05)


async def test_a_named_persons_code_goes_into_the_variables_beside_what_is_there(
    sandbox: SmallGateway, watched: Tab
) -> None:
    page = watched.page
    await page.goto(sandbox.url)
    await choose_sara(page)
    await page.get_by_role("button", name="Use the code of kaveh").click()
    await run(page)
    assert "3875194063" in (await answer_with(page, "greeting"))["data"]["greeting"]
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy the code of sara").click()
    await expect(page.get_by_text("copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == SARA.code


async def test_an_example_does_not_overwrite_what_somebody_wrote(sandbox: SmallGateway, watched: Tab) -> None:
    page = watched.page
    await page.goto(sandbox.url)
    await choose_sara(page)
    mine = "query Mine { caller }"
    await page.locator(".graphiql-query-editor .CodeMirror").evaluate(
        "(element, text) => element.CodeMirror.setValue(text)", mine
    )
    await page.get_by_label("Examples").select_option(label="Who asks · چه کسی می‌پرسد")
    await expect(page.get_by_role("tab")).to_have_count(2)
    await run(page)
    await answer_with(page, "caller")
    assert await text_in(page, ".graphiql-query-editor") == WHO.query
    await page.get_by_role("tab").first.click()
    await expect(page.locator(".graphiql-query-editor .CodeMirror")).to_contain_text("Mine")
    assert await text_in(page, ".graphiql-query-editor") == mine


async def test_outside_the_sandbox_there_are_no_ready_tokens_and_no_named_persons(
    production: SmallGateway, watched: Tab
) -> None:
    await watched.page.goto(production.url)
    await expect(watched.page.get_by_label("Token", exact=True)).to_be_visible()
    await expect(watched.page.get_by_label("Ready sandbox tokens")).to_have_count(0)
    await expect(watched.page.get_by_label("Show Named persons")).to_have_count(0)


async def test_an_agencys_token_is_bound_to_a_key_that_the_browser_keeps_and_proves_with_each_request(
    sandbox: SmallGateway, watched: Tab
) -> None:
    page = watched.page
    await page.goto(sandbox.url)
    await page.get_by_label("Ready sandbox tokens").select_option(label="agency:court")
    await expect(page.locator(".token-state")).to_have_text("sent with each request, with a proof of the key")
    await page.get_by_label("Examples").select_option(label="Who asks · چه کسی می‌پرسد")
    await run(page)
    assert (await answer_with(page, "caller"))["data"] == {"caller": f"court {sandbox.bound_to}"}
    assert sandbox.refused == ["use_dpop_nonce"], "one refusal teaches the page the nonce, for all requests to come"
    await page.reload()
    await run(page)
    assert (await answer_with(page, "caller"))["data"] == {"caller": f"court {sandbox.bound_to}"}
    assert await page.evaluate(EXPORT) == "InvalidAccessError"
    assert [text for text in watched.complaints if "401" not in text] == []


async def test_a_caller_whom_the_sandbox_does_not_know_leaves_the_token_as_it_is(
    sandbox: SmallGateway, watched: Tab
) -> None:
    page = watched.page
    await page.goto(sandbox.url)
    await choose_sara(page)
    await expect(page.locator(".token-state")).to_have_text("sent with each request")
    await page.get_by_label("Ready sandbox tokens").select_option(label="agency:unknown")
    await expect(page.locator(".token-state")).to_have_text("no token: nobody of that name")
    await run(page)
    assert (await answer_with(page, "greeting"))["data"]
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
