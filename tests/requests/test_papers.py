"""Receipts, tracking codes, documents: what a citizen holds in their hand."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.loading.keyring import Keyring
from gateway.requests.database import Database
from gateway.requests.documents import Documents, NotADocument, TooManyDocuments, media_type_of
from gateway.requests.receipt import NotAReceipt, Receipts, verified
from gateway.requests.sealing import NotOurs, Sealing
from gateway.requests.tables import METADATA
from gateway.requests.tracking_code import LENGTH, check_digit, new_tracking_code, tracking_code_of
from tests.requests.fakes import KEYRING, NOON, PDF, SteppingClock
from tests.resolvers.conftest import MINA, SARA

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20 + b"\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20 + b"\xff\xd9"


def receipt(keyring: Keyring = KEYRING) -> tuple[str, dict[str, Any]]:
    receipts = Receipts.of(keyring, "tests")
    text = receipts.sign(
        id="7", subject="MEDICAL_COMMISSION", tracking_code="1", accepted_at=NOON, content=SARA.digits.encode()
    )
    return text, receipts.jwks


def test_a_receipt_verifies_by_the_public_key_alone() -> None:
    text, jwks = receipt()
    said = verified(text, jwks)
    assert (said.id, said.subject, said.accepted_at, said.issuer) == ("7", "MEDICAL_COMMISSION", NOON, "tests")
    assert all("d" not in key for key in jwks["keys"])


@given(st.data())
def test_a_receipt_that_was_changed_anywhere_does_not(data: st.DataObject) -> None:
    text, jwks = receipt()
    place = data.draw(st.integers(0, len(text) - 2))  # the last character has bits that mean nothing
    other = data.draw(st.sampled_from("AZaz09-_.").filter(lambda c: c != text[place]))
    with pytest.raises(NotAReceipt):
        verified(text[:place] + other + text[place + 1 :], jwks)


def test_a_receipt_of_another_key_does_not_and_neither_does_nonsense() -> None:
    _, jwks = receipt()
    for wrong in (receipt(Keyring(b"o" * 32))[0], "", "a.b.c", "x" * 20_000):
        with pytest.raises(NotAReceipt):
            verified(wrong, jwks)


def test_digests_are_the_same_for_the_same_and_tell_nobody_else_anything() -> None:
    ours, others = Receipts.of(KEYRING, "tests"), Receipts.of(Keyring(b"o" * 32), "tests")
    assert ours.digest(b"same") == ours.digest(b"same") != ours.digest(b"other")
    assert ours.digest(b"same") != others.digest(b"same")


def test_a_tracking_code_is_twelve_digits_as_a_citizen_may_type_them() -> None:
    code = new_tracking_code()
    assert len(code) == LENGTH
    persian = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert tracking_code_of(f" {persian[:4]}-{persian[4:8]} {persian[8:]}") == code


@given(st.integers(10**10, 10**11 - 1), st.integers(0, 11), st.integers(1, 9))
def test_every_wrong_digit_of_a_tracking_code_is_found(head: int, place: int, by: int) -> None:
    code = str(head) + check_digit(str(head))
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert tracking_code_of(code) == code
    assert tracking_code_of(wrong) is None


def test_no_tracking_code_is_made_of_something_else() -> None:
    assert [tracking_code_of(text) for text in ("", "12345", "abcdefghijkl", "²" * 12)] == [None] * 4


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"", None),
        (b"%PDF-1.4 cut off", None),
        (PNG[:-4], None),
        (JPEG[:-2], None),
        (b"<html>%PDF-1.4 %%EOF", None),
        (b"MZ" + PDF, None),
    ],
)
def test_a_document_is_what_its_bytes_are(content: bytes, media_type: str | None) -> None:
    assert media_type_of(content) == media_type


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[Documents]:
    database = Database(f"sqlite:///{tmp_path}/requests.db")
    await database.open(METADATA)
    url = (tmp_path / "documents").as_uri()
    yield Documents(url, database, Sealing(KEYRING), SteppingClock(), most_bytes=1_000, most_loose=3)
    await database.close()


async def test_a_document_comes_back_as_it_was_and_lies_encrypted(documents: Documents, tmp_path: Path) -> None:
    document = await documents.add(SARA, PDF)
    (enclosure,) = await documents.enclosures([document.id])
    assert (enclosure.content, enclosure.media_type) == (PDF, "application/pdf")
    (file,) = (tmp_path / "documents").iterdir()
    assert PDF not in file.read_bytes()
    assert await documents.all_of(SARA, [document.id])
    assert not await documents.all_of(MINA, [document.id])


async def test_a_document_put_in_anothers_place_does_not_open(documents: Documents, tmp_path: Path) -> None:
    first, second = await documents.add(SARA, PDF), await documents.add(MINA, PNG)
    folder = tmp_path / "documents"
    (folder / first.id).write_bytes((folder / second.id).read_bytes())
    with pytest.raises(NotOurs):
        await documents.enclosures([first.id])


async def test_what_is_too_long_no_document_or_too_many_is_not_kept(documents: Documents) -> None:
    with pytest.raises(NotADocument):
        await documents.add(SARA, b"%PDF-1.4" + b" " * 1_000 + b"%%EOF")
    with pytest.raises(NotADocument):
        await documents.add(SARA, b"just text")
    for _ in range(3):
        await documents.add(SARA, PDF)
    with pytest.raises(TooManyDocuments):
        await documents.add(SARA, PDF)
    await documents.add(MINA, PDF)


def test_rows_sealed_under_a_former_key_are_still_read_and_persons_found() -> None:
    before, now = Sealing(Keyring(b"o" * 32)), Sealing(KEYRING, [Keyring(b"o" * 32)])
    assert now.open(before.seal(b"content", "row"), "row") == b"content"
    assert before.owner(SARA) in now.owners(SARA)
    with pytest.raises(NotOurs):
        now.open(before.seal(b"content", "row"), "another row")
    with pytest.raises(NotOurs):
        before.open(now.seal(b"content", "row"), "row")
