"""tamin-gateway certificate, as its users run it."""

import time
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from gateway.certificate_command import app
from gateway.certificates.code import picture_of
from gateway.certificates.signing import IssuerKeys, new_key
from gateway.certificates.status_list import Status
from tests.certificates import issued as made
from tests.certificates.issued import DAY, ISSUER, Issued, claims_of


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Issued:
    """Issued just now: the command reads the machine's clock."""
    now = int(time.time()) - 10
    monkeypatch.setattr(made, "ISSUED", now)
    return Issued(claims=claims_of(issued_at=now, valid_until=now + DAY, redeemer="court"))


@pytest.fixture
def papers(fresh: Issued, tmp_path: Path) -> Path:
    (tmp_path / "jwks.json").write_bytes(msgspec.json.encode(fresh.keys.published()))
    (tmp_path / "list").write_text(fresh.list_at())
    for name, document in fresh.faces.items():
        (tmp_path / name).write_bytes(document)
    (tmp_path / "qr.png").write_bytes(picture_of(fresh.certificate.code, "png"))
    return tmp_path


@pytest.mark.parametrize("face", ["pdf", "credential", "code", "qr.png"])
def test_every_face_is_verified_and_what_it_certifies_is_said(papers: Path, face: str, fresh: Issued) -> None:
    result = run("verify", papers / face, "--keys", papers / "jwks.json", "--status", papers / "list")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("GOOD\nCertificate of insurance link (گواهی ارتباط بیمه‌ای)\n  outcome: active")
    for said in ("National code: 0013542419", f"issued by {ISSUER}", fresh.certificate.digest, "not revoked as of"):
        assert said in result.stdout


def test_a_refused_one_says_why_and_nothing_that_it_claims(papers: Path) -> None:
    (papers / "forged").write_bytes(Issued(keys=IssuerKeys([new_key()])).faces["code"])
    result = run("verify", papers / "forged", "--keys", papers / "jwks.json", "--status", papers / "list")
    assert result.exit_code == 1
    assert result.stdout.startswith("REFUSED  UNKNOWN_KEY\n")
    assert "0013542419" not in result.stdout


def test_what_the_verifier_asks_is_held_against_it(papers: Path) -> None:
    common = (papers / "credential", "--keys", papers / "jwks.json", "--status", papers / "list")
    assert run("verify", *common, "--redeemer", "court").exit_code == 0
    assert "REFUSED  REDEEMER" in run("verify", *common, "--redeemer", "relief").stdout
    assert "REFUSED  ISSUER" in run("verify", *common, "--issuer", "https://x.example").stdout
    assert run("verify", *common, "--need", "facts.branch").exit_code == 0
    assert "REFUSED  DISCLOSURE_MISSING" in run("verify", *common, "--need", "facts.monthlyAmount").stdout


def test_without_a_list_nothing_is_good_unless_that_is_said(papers: Path, fresh: Issued) -> None:
    refused = run("verify", papers / "code", "--keys", papers / "jwks.json")
    assert refused.exit_code == 1
    assert "REFUSED  STATUS_UNKNOWN" in refused.stdout
    left_open = run("verify", papers / "code", "--keys", papers / "jwks.json", "--without-status")
    assert left_open.exit_code == 0
    assert "whether it was revoked is NOT KNOWN" in left_open.stdout
    fresh.statuses[4711] = Status.INVALID
    (papers / "newer").write_text(fresh.list_at(5))
    revoked = run("verify", papers / "code", "--keys", papers / "jwks.json", "--status", papers / "newer")
    assert "REFUSED  REVOKED" in revoked.stdout


def test_what_cannot_be_read_ends_with_2_and_a_sentence(papers: Path) -> None:
    (papers / "bad").write_text("nothing")
    assert run("verify", papers / "code", "--keys", papers / "bad").exit_code == 2
    foreign = run("verify", papers / "code", "--keys", papers / "jwks.json", "--status", papers / "bad")
    assert foreign.exit_code == 2
    assert "no list of states" in foreign.stderr


def test_the_page_has_the_keys_and_lists_and_asks_for_nothing_else(papers: Path) -> None:
    result = run("page", "--keys", papers / "jwks.json", "--status", papers / "list", "--issuer", ISSUER)
    assert result.exit_code == 0
    assert (papers / "list").read_text() in result.stdout
    assert "src=" not in result.stdout
    assert "default-src 'none'" in result.stdout


def test_a_new_key_signs() -> None:
    result = run("new-key")
    keys = IssuerKeys.of_jwks(b'{"keys": [' + result.stdout.encode() + b"]}")
    assert keys.current.is_private
