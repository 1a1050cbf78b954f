"""A certificate over real processes: issued, opened, redeemed, downloaded, verified, revoked."""

import datetime
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.certificates.refusals import Reason
from gateway.certificates.signing import TrustedKeys
from gateway.certificates.status_list import StatusList
from gateway.certificates.verifying import Asked, Face, Trust, Verdict, verified
from tests.journeys.processes import GatewayInTest, TwinInTest, code, served

ROOT = Path(__file__).resolve().parents[2]
ISSUER = "https://gateway.example"

CERTIFICATE = """__typename ... on Certificate { serial kind state outcome digest purpose redeemer validUntil
  subject { name value } facts { name value source saidAt ageSeconds } credential code download
  passcodes { id state usesLeft } redemptions { at reader { fa en } purpose } }
  ... on NotCertifiable { reasons { reason source code retryAfter } }
  ... on InvalidInput { field problem } ... on IdempotencyKeyReused { problem }
  ... on CertificateNotInForce { certificate { state } }"""
ISSUE = f"mutation($input: IssueCertificateInput!) {{ issueCertificate(input: $input) {{ {CERTIFICATE} }} }}"
PASSCODE = """mutation($input: CreatePasscodeInput!) { createPasscode(input: $input) { __typename
  ... on MadePasscode { passcode expiresAt certificate { serial passcodes { id state usesLeft } } }
  ... on InvalidInput { field problem } ... on TooManyPasscodes { most } ... on IdempotencyKeyReused { problem }
  ... on CertificateNotInForce { certificate { state } } } }"""
REDEEM = """mutation($input: RedeemCertificateInput!) { redeemCertificate(input: $input) { __typename
  ... on Certificate { serial state outcome digest subject { name value } facts { name value source } }
  ... on PasscodeRefused { remedy { fa } } ... on PasscodesClosed { retryAfter } } }"""
REVOKE = """mutation($input: RevokeCertificateInput!) { revokeCertificate(input: $input) { __typename
  ... on Certificate { state } } }"""
SEEN = """query($serial: ID!) { certificate(serial: $serial) { state passcodes { id state usesLeft }
  redemptions { reader { fa en } purpose } } }"""
LOG = "{ me { accessLog { nodes { reader { en } groups { en } } } } }"


@pytest.fixture(scope="module")
def certifying(running_twin: TwinInTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayInTest]:
    more = {
        "TAMIN_CONTRACTS": str(ROOT / "contracts"),
        "TAMIN_REGISTERS": str(ROOT / "gateway/sandbox_registers"),
        "TAMIN_CERTIFICATES__ISSUER": ISSUER,
        "TAMIN_CERTIFICATES__PASSCODES__WRONG_BY_CALLER": "1000",
    }
    log = tmp_path_factory.mktemp("certificates") / "log"
    with served(running_twin.descriptor, log, open_to_developers=False, **more) as gateway:
        yield gateway


def key() -> str:
    return secrets.token_hex(8)


def issue(gateway: GatewayInTest, whom: str = "citizen:sara", **input_: Any) -> dict[str, Any]:
    wish = {"idempotencyKey": key(), "kind": "INSURANCE_LINK"} | input_
    said: dict[str, Any] = gateway.data(ISSUE, {"input": wish}, whom=whom)["issueCertificate"]
    return said


def make_passcode(gateway: GatewayInTest, serial: str, whom: str = "citizen:sara", **input_: Any) -> dict[str, Any]:
    wish = {"idempotencyKey": key(), "serial": serial, "purpose": "دادگاه خانواده"} | input_
    said: dict[str, Any] = gateway.data(PASSCODE, {"input": wish}, whom=whom)["createPasscode"]
    return said


def redeem(gateway: GatewayInTest, serial: str, passcode: str, whom: str = "agency:court", **more: Any) -> Any:
    wish = {"idempotencyKey": key(), "serial": serial, "passcode": passcode} | more
    return gateway.data(REDEEM, {"input": wish}, whom=whom)["redeemCertificate"]


def download(gateway: GatewayInTest, path: str, whom: str | None = "citizen:sara") -> httpx.Response:
    headers = gateway.wallet.headers(whom, "GET", gateway.url + path) if whom else {}
    return gateway.http.get(path, headers=headers)


def trust_of(gateway: GatewayInTest) -> Trust:
    keys = TrustedKeys.of_jwks(gateway.http.get("/certificates/jwks.json").json())
    return Trust(keys, ISSUER, [StatusList.opened(gateway.http.get("/certificates/status/1").text, keys)])


def verdict_of(gateway: GatewayInTest, document: bytes, asked: Asked | None = None) -> Verdict:
    return verified(document, trust_of(gateway), datetime.datetime.now(datetime.UTC), asked or Asked())


def test_from_the_issue_to_the_end(certifying: GatewayInTest) -> None:
    issued = issue(certifying, purpose="ارائه به دادگاه")
    assert (issued["__typename"], issued["state"], issued["outcome"]) == ("Certificate", "ISSUED", "ACTIVE")
    facts = {fact["name"]: fact for fact in issued["facts"]}
    assert facts["insuranceStatus"]["source"] == "BRANCH_DATABASES"
    assert 0 <= facts["insuranceStatus"]["ageSeconds"] < 3_600
    serial = issued["serial"]

    made = make_passcode(certifying, serial, uses=2)
    assert made["certificate"]["passcodes"][0]["usesLeft"] == 2
    redeemed = redeem(certifying, serial, made["passcode"])
    assert redeemed["digest"] == issued["digest"]
    assert {"name": "nationalId", "value": code("sara")} in redeemed["subject"]

    seen = certifying.data(SEEN, {"serial": serial}, whom="citizen:sara")["certificate"]
    assert seen["state"] == "REDEEMED"
    assert seen["passcodes"][0]["usesLeft"] == 1
    assert seen["redemptions"] == [
        {"reader": {"fa": "دادگاه خانواده", "en": "Family Court"}, "purpose": "دادگاه خانواده"}
    ]
    log = certifying.data(LOG, whom="citizen:sara")["me"]["accessLog"]["nodes"]
    assert {"reader": {"en": "Family Court"}, "groups": [{"en": "certificates"}]} in log

    for face, kind in (("pdf", Face.PDF), ("sd-jwt", Face.CREDENTIAL), ("qr", Face.CODE)):
        document = download(certifying, f"/certificates/{serial}/{face}")
        assert document.status_code == 200
        verdict = verdict_of(certifying, document.content)
        assert (verdict.good, verdict.face, verdict.digest) == (True, kind, issued["digest"]), verdict.reason

    revoked = certifying.data(REVOKE, {"input": {"idempotencyKey": key(), "serial": serial}}, whom="citizen:sara")[
        "revokeCertificate"
    ]
    assert revoked["state"] == "REVOKED"
    assert redeem(certifying, serial, made["passcode"])["__typename"] == "PasscodeRefused"
    assert verdict_of(certifying, issued["code"].encode()).reason is Reason.REVOKED


def test_no_link_with_the_organisation_is_certified_too(certifying: GatewayInTest, everyone: list[str]) -> None:
    ask = "query { me { insurance { status } } }"
    nobody = next(
        person
        for person in everyone
        if certifying.data(ask, whom=f"citizen:{person}")["me"]["insurance"]["status"] == "NO_LINK"
    )
    issued = issue(certifying, whom=f"citizen:{nobody}")
    assert issued["outcome"] == "NO_LINK"
    assert verdict_of(certifying, issued["credential"].encode()).claims["outcome"] == "NO_LINK"


def test_a_pension_and_that_there_is_none_are_certified(certifying: GatewayInTest) -> None:
    assert issue(certifying, kind="PENSION_STATUS")["outcome"] == "NO_PENSION"


def test_a_workshop_is_clear_or_says_that_it_owes(certifying: GatewayInTest) -> None:
    kaveh = {"kind": "CLEARANCE", "workshop": "0070012345", "branch": "0070", "contractNumber": "پ-۱۲"}
    owes = issue(certifying, whom="employer:kaveh", **kaveh)
    assert owes == {
        "__typename": "NotCertifiable",
        "reasons": [{"reason": "DEBT_OUTSTANDING", "source": "BRANCH_DATABASES", "code": None, "retryAfter": None}],
    }
    assert issue(certifying, whom="employer:kaveh", kind="CLEARANCE")["field"] == "workshop"
    other = certifying.ask(ISSUE, {"input": {"idempotencyKey": key()} | kaveh}, whom="citizen:sara")
    assert other["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_a_building_premium_is_certified_once_it_is_paid(certifying: GatewayInTest) -> None:
    ask = "{ me { debts(first: 50) { nodes { number branch remaining } } } }"
    debts = certifying.data(ask, whom="employer:kaveh")["me"]["debts"]["nodes"]
    paid = next(debt for debt in debts if debt["remaining"] == "0")
    unpaid = next(debt for debt in debts if debt["remaining"] != "0")
    wish = {"kind": "BUILDING_PREMIUM"}
    good = issue(certifying, whom="employer:kaveh", debtNumber=paid["number"], branch=paid["branch"], **wish)
    assert good["outcome"] == "PAID"
    for debt, reason in ((unpaid, "DEBT_OUTSTANDING"), ({"number": "nothing", "branch": "0070"}, "DEBT_UNKNOWN")):
        refused = issue(certifying, whom="employer:kaveh", debtNumber=debt["number"], branch=debt["branch"], **wish)
        assert refused["reasons"][0]["reason"] == reason


def test_what_a_system_does_not_say_is_not_certified_and_the_same_key_works_later(
    certifying: GatewayInTest, twin: TwinInTest
) -> None:
    wish = {"idempotencyKey": key(), "kind": "INSURANCE_LINK"}
    with twin.fault("civil_registry", "refused"):
        refused = certifying.data(ISSUE, {"input": wish}, whom="citizen:sara")["issueCertificate"]
    assert refused["reasons"][0]["reason"] == "FACT_UNAVAILABLE"
    assert refused["reasons"][0]["source"] == "CIVIL_REGISTRY"
    assert refused["reasons"][0]["code"] in ("SOURCE_UNAVAILABLE", "CIRCUIT_OPEN")
    issued = certifying.data(ISSUE, {"input": wish}, whom="citizen:sara")["issueCertificate"]
    assert issued["__typename"] == "Certificate"


def test_the_same_key_gives_the_same_and_another_wish_under_it_is_refused_by_name(certifying: GatewayInTest) -> None:
    wish = {"idempotencyKey": key(), "kind": "INSURANCE_LINK", "purpose": "الف"}
    first, second = (certifying.data(ISSUE, {"input": wish}, whom="citizen:sara")["issueCertificate"] for _ in "12")
    assert first == second
    other = certifying.data(ISSUE, {"input": wish | {"purpose": "ب"}}, whom="citizen:sara")["issueCertificate"]
    assert other["__typename"] == "IdempotencyKeyReused"
    again = {"idempotencyKey": key(), "serial": first["serial"], "purpose": "بانک", "uses": 1}
    codes = [certifying.data(PASSCODE, {"input": again}, whom="citizen:sara")["createPasscode"] for _ in "12"]
    assert codes[0]["passcode"] == codes[1]["passcode"]
    assert len(codes[1]["certificate"]["passcodes"]) == 1
    redemption = {"idempotencyKey": key(), "serial": first["serial"], "passcode": codes[0]["passcode"]}
    twice = [certifying.data(REDEEM, {"input": redemption}, whom="agency:court")["redeemCertificate"] for _ in "12"]
    assert twice[0] == twice[1], "a repetition uses no further count"
    seen = certifying.data(SEEN, {"serial": first["serial"]}, whom="citizen:sara")["certificate"]
    assert len(seen["redemptions"]) == 1


def test_a_passcode_is_good_for_whom_and_how_often_its_holder_said(certifying: GatewayInTest) -> None:
    serial = issue(certifying)["serial"]
    for_fund = make_passcode(certifying, serial, redeemer="insurance-fund", uses=1)["passcode"]
    refused = redeem(certifying, serial, for_fund)
    assert refused["__typename"] == "PasscodeRefused"
    assert redeem(certifying, serial, for_fund, whom="agency:insurance-fund")["__typename"] == "Certificate"
    assert redeem(certifying, serial, for_fund, whom="agency:insurance-fund")["__typename"] == "PasscodeRefused"
    assert make_passcode(certifying, serial, redeemer="nobody")["field"] == "redeemer"
    assert make_passcode(certifying, serial, uses=1_000)["field"] == "uses"
    assert make_passcode(certifying, serial, lifetimeSeconds=10**9)["field"] == "lifetimeSeconds"
    most = [make_passcode(certifying, serial)["__typename"] for _ in range(6)]
    assert (most.count("MadePasscode"), most.count("TooManyPasscodes")) == (5, 1)


def test_guessing_closes_the_certificate_to_all_for_a_while_and_wrong_and_unknown_look_alike(
    certifying: GatewayInTest,
) -> None:
    serial = issue(certifying)["serial"]
    right = make_passcode(certifying, serial)["passcode"]
    answers = [redeem(certifying, serial, "2" * 10) for _ in range(5)]
    assert {json.dumps(answer) for answer in answers} == {json.dumps(redeem(certifying, "2" * 16, "3" * 10))}, (
        "of a certificate that is not there, the same"
    )
    closed = redeem(certifying, serial, right)
    assert closed["__typename"] == "PasscodesClosed"
    assert closed["retryAfter"] > 0


def test_only_its_holder_sees_a_certificate_by_whatever_way(certifying: GatewayInTest) -> None:
    serial = issue(certifying)["serial"]
    for whom in ("citizen:mina", "agency:court", "developer", "operator"):
        said = certifying.ask(SEEN, {"serial": serial}, whom=whom)
        assert said["data"]["certificate"] is None
        assert said["errors"][0]["extensions"]["code"] == "FORBIDDEN", whom
    unknown = certifying.ask(SEEN, {"serial": "2" * 16}, whom="citizen:mina")
    assert unknown["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    path = f"/certificates/{serial}/pdf"
    assert download(certifying, path, None).status_code == 401
    assert download(certifying, path, "citizen:mina").status_code == 403
    assert download(certifying, "/certificates/2222222222222222/pdf").status_code == 403
    assert download(certifying, f"/certificates/{serial}/docx").status_code == 404
    listed = certifying.data(
        "{ me { certificates(first: 1) { nodes { serial } pageInfo { hasNextPage } } } }", whom="citizen:sara"
    )["me"]["certificates"]
    assert listed["nodes"] == [{"serial": serial}]
    assert listed["pageInfo"]["hasNextPage"]


def test_a_citizen_cannot_redeem_and_a_contract_without_the_right_cannot_either(certifying: GatewayInTest) -> None:
    serial = issue(certifying)["serial"]
    passcode = make_passcode(certifying, serial)["passcode"]
    for whom in ("citizen:mina", "agency:relief"):
        wish = {"idempotencyKey": key(), "serial": serial, "passcode": passcode}
        said = certifying.ask(REDEEM, {"input": wish}, whom=whom)
        assert said["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_a_newer_certificate_replaces_the_older_one_where_the_holder_says_so(certifying: GatewayInTest) -> None:
    older = issue(certifying)
    newer = issue(certifying, supersedes=older["serial"])
    assert newer["__typename"] == "Certificate"
    assert (
        certifying.data(SEEN, {"serial": older["serial"]}, whom="citizen:sara")["certificate"]["state"] == "SUPERSEDED"
    )
    assert verdict_of(certifying, older["code"].encode()).reason is Reason.SUPERSEDED
    assert verdict_of(certifying, newer["code"].encode()).good
    assert issue(certifying, supersedes=older["serial"])["__typename"] == "CertificateNotInForce"


def test_nothing_of_it_stands_in_the_log_or_in_clear_in_the_store(certifying: GatewayInTest) -> None:
    issued = issue(certifying, purpose="نمونهٔ یکتای هدف")
    passcode = make_passcode(certifying, issued["serial"])["passcode"]
    redeem(certifying, issued["serial"], passcode)
    download(certifying, f"/certificates/{issued['serial']}/pdf")
    for path in filter(Path.is_file, certifying.log.parent.rglob("*")):
        content = path.read_bytes()
        for secret in (code("sara"), passcode, "نمونهٔ یکتای هدف", "رضایی"):
            assert secret.encode() not in content, (path.name, secret)
    assert not re.search(rb"certificates/[2-9A-Z]{16}", certifying.log.read_bytes())
