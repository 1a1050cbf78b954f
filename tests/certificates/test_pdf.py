"""The PDF as its readers see it: by an independent reader of PDFs, of QR codes, and of signatures."""

import asyncio
import io
import re
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from gateway.certificates.code import picture_of
from gateway.certificates.pades import PdfSigner
from gateway.certificates.pdf import jalali_moment, pdf_of
from gateway.certificates.refusals import Reason
from gateway.certificates.signing import new_key
from gateway.certificates.wording import FACTS, KINDS, OUTCOMES, REASONS, SUBJECT
from gateway.domain.certificate import CertificateKind
from gateway.domain.insurance import InsuranceStatus
from gateway.domain.pension import PensionStatus
from tests.certificates.issued import ISSUER, Issued, claims_of, fact


def lines_of(pdf: bytes) -> list[str]:
    """What is seen, line by line, each from left to right whatever its direction: by where each letter was put."""
    document = pypdfium2.PdfDocument(pdf)
    lines: dict[tuple[int, int], list[tuple[float, str]]] = {}
    for number, page in enumerate(document):
        text = page.get_textpage()
        whole = text.get_text_range()
        for index in range(text.count_chars()):
            left, bottom, right, _ = text.get_charbox(index, loose=True)
            character = text.get_text_range(index, 1)
            if right > left and character.strip():
                lines.setdefault((number, round(bottom / 4)), []).append((left, character))
        assert whole
    document.close()
    return ["".join(character for _, character in sorted(line)) for line in lines.values()]


def seen(pdf: bytes, said: str) -> bool:
    return any(said.replace(" ", "") in line for line in lines_of(pdf))


def test_the_qr_on_the_page_is_read_back_as_the_code(issued: Issued) -> None:
    document = pypdfium2.PdfDocument(issued.pdf)
    picture = document[0].render(scale=3).to_pil()
    document.close()
    found = zxingcpp.read_barcodes(picture)
    assert [one.text for one in found] == [issued.certificate.code]


def test_all_letters_come_from_fonts_that_the_page_brings_along(issued: Issued) -> None:
    names = set(re.findall(rb"/BaseFont ?/([A-Za-z0-9+\-]+)", issued.page))
    assert names
    assert all(re.fullmatch(rb"[A-Z]{6}\+Vazirmatn-(Regular|Bold)(-Identity-H)?", name) for name in names), names
    assert issued.page.count(b"/FontFile2") + issued.page.count(b"/FontFile3") >= 2


def test_what_is_certified_can_be_read_and_digits_stand_in_order(issued: Issued) -> None:
    for said in ("۰۰۱۳۵۴۲۴۱۹", "۱۴۰۵/۰۹/۰۵", "۱۳۹۲/۰۴/۰۱", "7KQ2-M9XR-W4TB-3HZP", issued.certificate.digest):
        assert seen(issued.pdf, said), said


def test_persian_runs_from_right_to_left(issued: Issued) -> None:
    assert seen(issued.pdf, "رضایی"[::-1]) or seen(issued.pdf, "رضایی"[::-1].replace("ی", "ى"))
    assert not seen(issued.pdf, "رضایی")


def test_the_signature_holds_for_an_independent_reader_and_covers_the_whole_file(issued: Issued) -> None:
    reader = PdfFileReader(io.BytesIO(issued.pdf))
    (signature,) = reader.embedded_signatures
    trusted = ValidationContext(trust_roots=[signature.signer_cert])
    status = validate_pdf_signature(signature, trusted)
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_a_changed_page_is_found_out_by_the_independent_reader_too(issued: Issued) -> None:
    changed = bytearray(issued.pdf)
    changed[40_000] ^= 1
    (signature,) = PdfFileReader(io.BytesIO(bytes(changed))).embedded_signatures
    trusted = ValidationContext(trust_roots=[signature.signer_cert])
    assert not validate_pdf_signature(signature, trusted).intact


def test_a_page_of_many_facts_runs_on_and_says_its_number() -> None:
    long = Issued(claims=claims_of(facts=tuple(fact("branch", str(number)) for number in range(60))))
    document = pypdfium2.PdfDocument(pdf_of(long.certificate, verify_at=f"{ISSUER}/verify"))
    assert len(document) > 1
    document.close()


def test_latin_digits_and_brackets_inside_a_purpose_do_not_turn_the_line() -> None:
    odd = Issued(claims=claims_of(purpose='وام (شماره 12-34) #let x = "y" $a$ *b* `c`', redeemer="court"))
    assert seen(odd.page, "۱۴۰۵/۰۹/۰۵")
    assert seen(odd.page, "۱۲-۳۴") or seen(odd.page, "12-34")
    assert seen(odd.page, "letx=")  # text, not markup


def test_the_operators_certificate_must_be_of_the_key_that_signs(tmp_path: Path) -> None:
    key, other = new_key(), new_key()
    own = PdfSigner(key, "Organisation")._chain[0]
    path = tmp_path / "chain.pem"
    path.write_bytes(own.public_bytes(Encoding.PEM))
    assert asyncio.run(PdfSigner(key, "Organisation", path).signed(Issued().page)).startswith(b"%PDF")
    with pytest.raises(ValueError, match="not of the key"):
        PdfSigner(other, "Organisation", path)
    path.write_text("nothing")
    with pytest.raises(ValueError, match="PEM"):
        PdfSigner(key, "Organisation", path)
    assert isinstance(own, x509.Certificate)


def test_the_pictures_of_a_code_can_be_read(issued: Issued) -> None:
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture_of(issued.certificate.code, "png"))))
    assert [one.text for one in found] == [issued.certificate.code]
    assert picture_of(issued.certificate.code).startswith(b"<svg")


def test_moments_are_told_in_tehrans_time() -> None:
    assert jalali_moment(1_795_671_060) == "۱۴۰۵/۰۹/۰۵ ساعت ۰۹:۰۱"


def test_everything_that_can_be_said_has_words_in_both_languages() -> None:
    outcomes = {status.value for status in (*InsuranceStatus, *PensionStatus)} | {"NO_PENSION", "CLEAR", "PAID"}
    for table, names in (
        (KINDS, {kind.value for kind in CertificateKind}),
        (OUTCOMES, outcomes),
        (REASONS, {reason.value for reason in Reason}),
    ):
        assert table.keys() == names
    for table in (KINDS, OUTCOMES, REASONS, FACTS, SUBJECT):
        assert all(words.fa and words.en for words in table.values())
