"""The page that verifies without a network, in a real Chromium, opened as a file."""

import base64
import datetime
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from gateway.certificates.claims import base64url, from_base64url
from gateway.certificates.offline_page import offline_page
from gateway.certificates.sd_jwt import presented
from gateway.certificates.signing import IssuerKeys, new_key
from gateway.certificates.status_list import Status
from gateway.certificates.verifying import Asked
from tests.certificates.browsing import Tab, tab
from tests.certificates.issued import DAY, ISSUED, ISSUER, Issued, claims_of

VERIFY = """([document, asked, now]) => verified(
    Uint8Array.from(atob(document), (c) => c.charCodeAt(0)),
    { keys: GIVEN.jwks.keys, issuer: GIVEN.issuer, lists }, asked, now)"""


@pytest.fixture
async def opened(issued: Issued, tmp_path: Path) -> AsyncIterator[Tab]:
    file = tmp_path / "verifier.html"
    file.write_text(offline_page(ISSUER, issued.keys.published(), [issued.list_at()]).html)
    async with tab(tmp_path) as browser:
        await browser.page.clock.set_fixed_time(datetime.datetime.fromtimestamp(ISSUED + 60, datetime.UTC))
        await browser.page.goto(file.as_uri())
        await expect(browser.page.locator("body[data-ready=yes]")).to_be_attached()
        yield browser
        assert [url for url in browser.requests if not url.startswith("file:")] == []


async def verdict_of(page: Page, document: bytes, asked: dict[str, str] | None = None, after: int = 60) -> Any:
    encoded = base64.b64encode(document).decode()
    return await page.evaluate(VERIFY, [encoded, asked or {}, ISSUED + after])


async def test_all_three_faces_are_verified_and_said_in_persian_and_english(
    issued: Issued, opened: Tab, tmp_path: Path
) -> None:
    page = opened.page
    for name, document in issued.faces.items():
        (tmp_path / name).write_bytes(document)
        await page.locator("#file").set_input_files(tmp_path / name)
        await expect(page.locator("#verdict")).to_have_text("گواهی درست است")
        result = page.locator("#result")
        for said in ("گواهی ارتباط بیمه‌ای", "فعال است", "رضایی", "۰۰۱۳۵۴۲۴۱۹", ISSUER, "7KQ2-M9XR-W4TB-3HZP"):
            await expect(result).to_contain_text(said)
        await expect(result).to_contain_text(issued.certificate.digest)
        await expect(result).to_contain_text("باطل نشده بود در")
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("#verdict")).to_have_text("The certificate is good")
    await expect(page.locator("#result")).to_contain_text("Certificate of insurance link")
    await expect(page.locator("#result")).to_contain_text("Not revoked as of")
    assert await page.evaluate("document.documentElement.dir") == "ltr"
    assert opened.complaints == []


async def test_a_code_typed_in_is_verified_and_a_forged_one_shows_nothing_that_it_says(
    issued: Issued, opened: Tab
) -> None:
    page = opened.page
    await page.locator("#text").fill(issued.certificate.code + "\n")
    await page.get_by_role("button", name="بررسی").click()
    await expect(page.locator("#verdict")).to_have_text("گواهی درست است")
    forged = Issued(keys=IssuerKeys([new_key()]))
    await page.locator("#text").fill(forged.certificate.code)
    await page.get_by_role("button", name="بررسی").click()
    await expect(page.locator("#verdict")).to_have_text("گواهی پذیرفته نیست")
    await expect(page.locator("#reason")).to_contain_text("کلید")
    await expect(page.locator("#result")).not_to_contain_text("رضایی")


async def test_a_newer_list_from_a_file_tells_that_it_was_revoked(issued: Issued, opened: Tab, tmp_path: Path) -> None:
    page = opened.page
    newer = Issued(keys=issued.keys, statuses={4711: Status.INVALID}).list_at(30)
    (tmp_path / "list.jwt").write_text(newer)
    await page.locator("#list").set_input_files(tmp_path / "list.jwt")
    await expect(page.locator("#listed")).to_have_text("فهرست تازه پذیرفته شد.")
    await page.locator("#text").fill(issued.certificate.code)
    await page.get_by_role("button", name="بررسی").click()
    await expect(page.locator("#reason")).to_have_text("ابطال شده است.")
    (tmp_path / "other.jwt").write_text(Issued(keys=IssuerKeys([new_key()])).list_at())
    await page.locator("#list").set_input_files(tmp_path / "other.jwt")
    await expect(page.locator("#listed")).to_have_text("این فهرست از صادرکننده نیست.")


async def test_the_page_says_of_every_attack_just_what_the_command_says(issued: Issued, opened: Tab) -> None:
    """The browser's verifier and ours are two: whatever one refuses, the other refuses, with the same reason."""
    holder = new_key()
    bound = Issued(holder=holder, keys=issued.keys)
    shown = presented(
        bound.certificate.credential,
        lambda path, name: name in ("insuranceStatus", "firstName"),
        holder=holder,
        audience="https://a.example",
        nonce="n",
        at=1,
    )
    stripped = "~".join([*shown.split("~")[:1], *shown.split("~")[2:]])
    code, credential, pdf = issued.faces["code"], issued.faces["credential"], issued.pdf
    header, payload, signature = code.decode().split(".")
    swapped = base64url(json.dumps(json.loads(from_base64url(header)) | {"alg": "none"}).encode())
    mixed = Issued(claims=issued.claims, keys=issued.keys)
    mixed.__dict__["certificate"] = msgspec.structs.replace(
        issued.certificate, code=Issued(claims=claims_of(outcome="NO_LINK"), keys=issued.keys).certificate.code
    )
    for_court = Issued(claims=claims_of(redeemer="court"), keys=issued.keys)
    attacks: list[tuple[bytes, dict[str, str], int]] = [(face, {}, 60) for face in issued.faces.values()]
    attacks += [
        (face, {}, after) for face in (code, credential, pdf) for after in (-3_600, 8 * DAY, 90 * DAY, 10_000 * DAY)
    ]
    attacks += [(issued.page, {}, 60), (mixed.pdf, {}, 60), (pdf + b"\n", {}, 60), (b"", {}, 60), (b"a.b.c~", {}, 60)]
    attacks += [(f"{swapped}.{payload}.{signature}".encode(), {}, 60), (credential + b"bm8~", {}, 60)]
    attacks += [(Issued(keys=IssuerKeys([new_key()])).faces[face], {}, 60) for face in issued.faces]
    attacks += [(Issued(claims=claims_of(issuer="https://x.example"), keys=issued.keys).faces["code"], {}, 60)]
    attacks += [(face, {"redeemer": name}, 60) for face in for_court.faces.values() for name in ("court", "relief")]
    attacks += [(shown.encode(), {}, 60), (stripped.encode(), {}, 60), (bound.faces["credential"], {}, 60)]
    attacks += [(shown.encode(), {"audience": aud, "nonce": "n"}, 60) for aud in ("https://a.example", "https://b")]
    drawn = random.Random(11)
    for document in (code, credential, pdf):
        for _ in range(30):
            flipped = bytearray(document)
            flipped[drawn.randrange(len(document))] ^= 1 << drawn.randrange(7)
            attacks.append((bytes(flipped), {}, 60))
    place = pdf.index(b"/Contents <")
    for position in range(place, place + 1_750, 13):
        flipped = bytearray(pdf)
        flipped[position] ^= 1 << (5 if 65 <= pdf[position] <= 70 else position % 5)
        attacks.append((bytes(flipped), {}, 60))
    differing = []
    refused = 0
    for document, asked, after in attacks:
        ours = issued.verdict(document, after=after, asked=Asked(**asked))  # type: ignore[arg-type]
        theirs = await verdict_of(opened.page, document, asked, after)
        reason = ours.reason.value if ours.reason else None
        refused += reason is not None
        if theirs["reason"] != reason:
            differing.append((reason, theirs["reason"], document[:60], asked, after))
        if reason is None:
            assert theirs["digestHeld"] == ours.digest_held
            assert (theirs["digest"], theirs["hidden"]) == (ours.digest, ours.hidden)
            assert json.loads(json.dumps(theirs["claims"])) == ours.claims
    assert not differing, "\n".join(map(str, differing))
    assert refused > 200


async def test_nothing_keeps_anybody_from_using_the_page(issued: Issued, opened: Tab) -> None:
    await opened.page.locator("#text").fill(issued.certificate.code)
    await opened.page.get_by_role("button", name="بررسی").click()
    await expect(opened.page.locator("#verdict")).to_be_visible()
    found = await Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()
