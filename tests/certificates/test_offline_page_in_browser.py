"""The page that verifies without a network, in a real Chromium, opened as a file."""

import base64
import datetime
import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from gateway.certificates.claims import base64url, from_base64url
from gateway.certificates.offline_page import offline_page
from gateway.certificates.sd_jwt import presented
from gateway.certificates.signing import IssuerKeys, new_key
from gateway.certificates.status_list import Status
from gateway.certificates.verifying import Asked
from tests.browsing import Tab, tab
from tests.certificates.issued import DAY, ISSUED, ISSUER, Issued, claims_of

VERIFY = """async ([documents, attacks]) => {
  const found = [];
  const read = documents.map((document) => Uint8Array.from(atob(document), (c) => c.charCodeAt(0)));
  for (const [document, position, bit, asked, now] of attacks) {
    const bytes = read[document].slice();
    if (position !== null) bytes[position] ^= 1 << bit;
    found.push(await verified(bytes, { keys: GIVEN.jwks.keys, issuer: GIVEN.issuer, lists }, asked, now));
  }
  return found;
}"""


pytestmark = pytest.mark.asyncio(loop_scope="module")  # a browser takes seconds to start


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tab]:
    async with tab(tmp_path_factory.mktemp("browser")) as one:
        await one.page.clock.set_fixed_time(datetime.datetime.fromtimestamp(ISSUED + 60, datetime.UTC))
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def opened(issued: Issued, browser: Tab, tmp_path: Path) -> AsyncIterator[Tab]:
    """The page just opened, from a file."""
    file = tmp_path / "verifier.html"
    file.write_text(offline_page(ISSUER, issued.keys.published(), [issued.list_at()]).html)
    browser.requests.clear()
    browser.complaints.clear()
    await browser.page.goto(file.as_uri())
    await expect(browser.page.locator("body[data-ready=yes]")).to_be_attached()
    yield browser
    assert [url for url in browser.requests if not url.startswith("file:")] == []


@dataclass(frozen=True)
class Attack:
    """`flip`: the position and number of a bit that is turned over."""

    document: bytes
    asked: dict[str, str] = field(default_factory=dict)
    after: int = 60
    flip: tuple[int, int] | None = None

    @property
    def bytes_(self) -> bytes:
        changed = bytearray(self.document)
        if self.flip:
            changed[self.flip[0]] ^= 1 << self.flip[1]
        return bytes(changed)


async def verdicts_of(page: Page, attacks: list[Attack]) -> Any:
    """All in one call, each document once: the way into the browser costs more than a verdict."""
    documents = list(dict.fromkeys(attack.document for attack in attacks))
    said = [
        [documents.index(one.document), *(one.flip or (None, None)), one.asked, ISSUED + one.after] for one in attacks
    ]
    return await page.evaluate(VERIFY, [[base64.b64encode(one).decode() for one in documents], said])


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
    faces = issued.faces
    attacks = [Attack(face) for face in faces.values()]
    attacks += [
        Attack(face, after=after) for face in faces.values() for after in (-3_600, 8 * DAY, 90 * DAY, 9_999 * DAY)
    ]
    attacks += [Attack(one) for one in (issued.page, mixed.pdf, pdf + b"\n", b"", b"a.b.c~", credential + b"bm8~")]
    attacks += [Attack(f"{swapped}.{payload}.{signature}".encode())]
    attacks += [Attack(face) for face in Issued(keys=IssuerKeys([new_key()])).faces.values()]
    attacks += [Attack(Issued(claims=claims_of(issuer="https://x.example"), keys=issued.keys).faces["code"])]
    attacks += [Attack(face, {"redeemer": name}) for face in for_court.faces.values() for name in ("court", "relief")]
    attacks += [Attack(shown.encode()), Attack(stripped.encode()), Attack(bound.faces["credential"])]
    attacks += [Attack(shown.encode(), {"audience": aud, "nonce": "n"}) for aud in ("https://a.example", "https://b")]
    drawn = random.Random(11)
    attacks += [
        Attack(face, flip=(drawn.randrange(len(face)), drawn.randrange(7)))
        for face in faces.values()
        for _ in range(30)
    ]
    place = pdf.index(b"/Contents <")
    attacks += [
        Attack(pdf, flip=(position, 5 if 65 <= pdf[position] <= 70 else position % 5))
        for position in range(place, place + 1_750, 13)
    ]
    differing = []
    refused = 0
    for attack, theirs in zip(attacks, await verdicts_of(opened.page, attacks), strict=True):
        ours = issued.verdict(attack.bytes_, after=attack.after, asked=Asked(**attack.asked))  # type: ignore[arg-type]
        reason = ours.reason.value if ours.reason else None
        refused += reason is not None
        if theirs["reason"] != reason:
            differing.append((reason, theirs["reason"], attack.document[:60], attack.flip, attack.asked, attack.after))
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
