"""Kaveh, who runs a workshop, has its premium lists checked and hands them in; his workers see the month.

With a twin and a gateway of their own: what branches record stays, and other journeys count what the world holds. The
gateway remembers here, so that what a list changes is seen to be forgotten.
"""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.journeys.processes import GatewayInTest, TwinInTest, code, served, started
from tests.requests.premium_list.pairs import good_pair
from twin.named import KAVEHS_WORKSHOP
from twin.population import build_world

PEOPLE, SEED = 60, 15
PATIENCE = 30
KAVEH, SARA = "employer:kaveh", "citizen:sara"
WORKSHOP, BRANCH = KAVEHS_WORKSHOP
LIST = """
fragment Told on PremiumListChecked {
  faultless faultCount complete codePages { header workers }
  list { workshop branch month number workers days insurable employerShare unemployment }
  faults(first: 100) { nodes { file row column rule found needed text { fa en } } pageInfo { hasNextPage } }
}
"""
VALIDATE = (
    "mutation($input: PremiumListInput!) { said: validatePremiumList(input: $input) { __typename ...Told "
    "... on InvalidInput { field problem } } }" + LIST
)
SUBMISSION = """
fragment Submitted on PremiumListSubmission {
  id state text { en } trackingCode acceptedAt receipt branchNumber answeredAt refusal { en }
  list { workshop month number workers insurable }
}
"""
SUBMIT = (
    "mutation($input: PremiumListInput!) { said: submitPremiumList(input: $input) { __typename ...Told ...Submitted "
    "... on PremiumListStands { submission { id state } } ... on InvalidInput { field problem } "
    "... on IdempotencyKeyReused { problem } } }" + LIST + SUBMISSION
)
READ = "query($id: ID!) { said: premiumListSubmission(id: $id) { ...Submitted } }" + SUBMISSION
RECORDS = """
query { me {
  contributionRecords(from: "1405-08", first: 20) {
    nodes { month workshop days wage premium listNumber standing } provenance { freshness }
  }
  contributionSummary { lastMonth months provenance { freshness } }
} }"""


@pytest.fixture(scope="module")
def running_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinInTest]:
    folder = tmp_path_factory.mktemp("lists-twin")
    of_world = ["--people", str(PEOPLE), "--seed", str(SEED), "--branches", "sqlite", "--cache", str(folder / "cache")]
    with started([sys.executable, "-m", "twin", *of_world], dict(os.environ), folder / "log", '"control"') as line:
        twin = TwinInTest(orjson.loads(line))
        yield twin
        twin.control.close()


@pytest.fixture(scope="module")
def running_gateway(running_twin: TwinInTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayInTest]:
    log = tmp_path_factory.mktemp("lists-gateway") / "log"
    own = {"TAMIN_MEMORY": "process", "TAMIN_LIMITS": '{"employer": {"operations_per_minute": 6000}}'}
    with served(running_twin.descriptor, log, open_to_developers=False, **own) as gateway:
        yield gateway


class Employer:
    def __init__(self, gateway: GatewayInTest, twin: TwinInTest) -> None:
        self.gateway, self.twin = gateway, twin

    def example(self, month: str, page: str = "cp1256", number: str = "01") -> tuple[bytes, bytes]:
        """The pair that the twin offers for Kaveh's workshop."""
        asked = {"month": month, "page": page, "number": number}
        files = [
            self.twin.control.get(f"/_twin/intake/example/{name}.DBF", params=asked).raise_for_status().content
            for name in ("DSKKAR00", "DSKWOR00")
        ]
        return files[0], files[1]

    def uploads(self, content: bytes, whom: str = KAVEH) -> httpx.Response:
        token = self.gateway.wallet.token(whom)
        return self.gateway.http.post("/uploads", content=content, headers={"authorization": f"Bearer {token}"})

    def input(self, files: tuple[bytes, bytes], key: str, **changes: Any) -> dict[str, Any]:
        header, workers = [self.uploads(content).raise_for_status().json() for content in files]
        assert header["mediaType"] == workers["mediaType"] == "application/vnd.dbf"
        given = {"workshop": WORKSHOP, "branch": BRANCH, "header": header["id"], "workers": workers["id"]}
        return given | {"idempotencyKey": key} | changes

    def validates(self, given: dict[str, Any], whom: str = KAVEH) -> dict[str, Any]:
        said: dict[str, Any] = self.gateway.data(VALIDATE, {"input": given}, whom=whom)["said"]
        return said

    def submits(self, given: dict[str, Any]) -> dict[str, Any]:
        said: dict[str, Any] = self.gateway.data(SUBMIT, {"input": given}, whom=KAVEH)["said"]
        return said

    def until(self, submission: dict[str, Any], state: str) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found: dict[str, Any] = self.gateway.data(READ, {"id": submission["id"]}, whom=KAVEH)["said"]
            if found["state"] == state:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{found['state']}, never {state}")

    def entered(self, submission: dict[str, Any]) -> list[dict[str, Any]]:
        """What the twin's branch has under the submission's tracking code."""
        lists = self.twin.control.get("/_twin/intake/lists").raise_for_status().json()["lists"][BRANCH]
        return [entry for entry in lists if entry["trackingCode"] == submission["trackingCode"]]

    def saras_months(self) -> dict[str, dict[str, Any]]:
        records = self.gateway.data(RECORDS, whom=SARA)["me"]["contributionRecords"]["nodes"]
        return {record["month"]: record for record in records}


@pytest.fixture
def kaveh(gateway: GatewayInTest, twin: TwinInTest) -> Employer:
    return Employer(gateway, twin)


@pytest.mark.parametrize(("page", "month"), [("cp1256", "1405-08"), ("iran_system", "1405-09")])
def test_a_good_list_is_checked_posted_and_seen_by_its_workers(kaveh: Employer, page: str, month: str) -> None:
    before = [kaveh.gateway.data(RECORDS, whom=SARA)["me"] for _ in range(2)]  # the second is remembered by now
    assert month not in kaveh.saras_months()

    given = kaveh.input(kaveh.example(month.replace("-", ""), page), f"good-{page}")
    checked = kaveh.validates(given)
    assert (checked["faultless"], checked["faultCount"], checked["complete"]) == (True, 0, True)
    assert checked["codePages"] == {"header": page.upper(), "workers": page.upper()}
    assert (checked["list"]["month"], checked["list"]["workshop"]) == (month, WORKSHOP)
    assert kaveh.twin.counts()["branch_intake"] == {}

    submitted = kaveh.submits(given)
    assert submitted["__typename"] == "PremiumListSubmission", submitted
    assert submitted["list"]["workers"] == checked["list"]["workers"] > 0
    recorded = kaveh.until(submitted, "RECORDED")
    assert recorded["branchNumber"].startswith(BRANCH)
    assert recorded["refusal"] is None
    assert recorded["receipt"].count(".") == 2

    after = kaveh.gateway.data(RECORDS, whom=SARA)["me"]
    assert after["contributionRecords"]["provenance"]["freshness"] == "LIVE"
    assert after["contributionSummary"]["lastMonth"] >= month
    assert after["contributionSummary"]["months"] == before[1]["contributionSummary"]["months"] + 1
    record = kaveh.saras_months()[month]
    assert (record["workshop"], record["listNumber"], record["standing"]) == (WORKSHOP, "01", "COUNTED")
    assert abs(int(record["wage"]) * 7 - int(record["premium"]) * 100) <= 100
    assert [entry["workers"] for entry in kaveh.entered(submitted)] == [submitted["list"]["workers"]]


def test_a_faulty_list_is_told_with_each_row_and_goes_nowhere(kaveh: Employer) -> None:
    pair = good_pair()
    pair.workers[0] |= {"PER_NATCOD": "0684159415", "DSW_SEX": "1"}
    pair.workers[1] |= {"DSW_DD": 30, "DSW_BIME": 5, "DSW_LNAME": "پژ'مان", "DSW_LISTNO": "02"}
    pair.header |= {"DSK_KIND": 1, "DSK_NUM": 3}
    given = kaveh.input((pair.header_bytes, pair.workers_bytes), "faulty")
    said = kaveh.submits(given)
    assert (said["__typename"], said["faultless"], said["list"]) == ("PremiumListChecked", False, None)
    faults = said["faults"]["nodes"]
    assert [(f["file"], f["row"], f["column"], f["rule"]) for f in faults] == [
        ("WORKERS", 1, "PER_NATCOD", "worker.national-code"),
        ("WORKERS", 1, "DSW_SEX", "worker.sex-in-words"),
        ("WORKERS", 2, "DSW_LNAME", "text.without-marks"),
        ("HEADER", 1, "DSK_KIND", "header.kind-is-zero"),
        ("HEADER", 1, "DSK_NUM", "list.workers-counted"),
        ("HEADER", 1, "DSK_TDD", "list.sum"),
        ("HEADER", 1, "DSK_TBIME", "list.sum"),
        ("WORKERS", 2, "DSW_LISTNO", "pair.same-number"),
        ("WORKERS", 2, "DSW_DD", "worker.days-of-month"),
        ("WORKERS", 2, "DSW_BIME", "list.share"),
    ]
    assert all(fault["text"]["fa"] and fault["text"]["en"] for fault in faults)
    assert "0684159415" not in orjson.dumps(said).decode()
    again = kaveh.validates(given | {"idempotencyKey": "other"})
    assert again["faults"] == said["faults"]
    assert kaveh.submits(given) == said, "the same key gives the same answer"
    assert kaveh.twin.counts()["branch_intake"] == {}


def test_faults_page(kaveh: Employer) -> None:
    pair = good_pair()
    pair.workers = [{**pair.workers[0], "PER_NATCOD": "1", "DSW_ID1": str(10_000_000 + n)} for n in range(30)]
    pair.header["DSK_NUM"] = 30
    given = kaveh.input((pair.header_bytes, pair.workers_bytes), "paged")
    query = """mutation($input: PremiumListInput!, $after: String) { said: validatePremiumList(input: $input) {
      ... on PremiumListChecked { faultCount faults(first: 20, after: $after) {
        nodes { row } pageInfo { hasNextPage endCursor } } } } }"""
    rows: list[int] = []
    after = None
    for _ in range(9):
        page = kaveh.gateway.data(query, {"input": given, "after": after}, whom=KAVEH)["said"]
        rows += [fault["row"] for fault in page["faults"]["nodes"]]
        after = page["faults"]["pageInfo"]["endCursor"]
        if not page["faults"]["pageInfo"]["hasNextPage"]:
            break
    assert len(rows) == page["faultCount"] > 30
    assert set(range(1, 31)) <= set(rows)


def test_a_damaged_file_is_a_fault_and_a_strange_one_no_upload(kaveh: Employer) -> None:
    header, workers = kaveh.example("140507")
    said = kaveh.validates(kaveh.input((header, workers[:-50]), "cut"))
    assert [(f["rule"], f["row"]) for f in said["faults"]["nodes"]] == [("table.whole", None)]
    assert kaveh.uploads(b"\x03" + bytes(300)).status_code == 415
    assert kaveh.uploads(workers[:60]).status_code == 415
    swapped = kaveh.validates(kaveh.input((workers, header), "swapped"))
    assert {f["rule"] for f in swapped["faults"]["nodes"]} == {"columns.present"}
    paper = kaveh.uploads(b"%PDF-1.4 certified %%EOF").json()["id"]
    given = kaveh.input((header, workers), "paper")
    for changes, field in (({"header": paper}, "header"), ({"workers": paper}, "workers"),
                           ({"workers": given["header"]}, "workers")):  # fmt: skip
        refused = kaveh.validates(given | changes)
        assert (refused["__typename"], refused["field"]) == ("InvalidInput", field)


def test_a_workshop_of_somebody_else_is_refused_like_one_that_is_not_there(kaveh: Employer) -> None:
    given = kaveh.input(kaveh.example("140506"), "stranger")
    others = [w for w in build_world(SEED, PEOPLE).workshops if (w.code, w.branch) != (WORKSHOP, BRANCH)]
    said = []
    for changes in ({"workshop": others[0].code, "branch": others[0].branch}, {"workshop": "0070099999"}):
        for mutation in (VALIDATE, SUBMIT):
            answer = kaveh.gateway.ask(mutation, {"input": given | changes}, whom=KAVEH)
            assert answer["data"]["said"] is None
            said.append(answer["errors"][0]["extensions"]["code"])
    assert set(said) == {"FORBIDDEN"}
    assert kaveh.twin.counts()["branch_intake"] == {}


def test_citizens_hand_in_no_lists(kaveh: Employer) -> None:
    header, _ = files = kaveh.example("140506")
    assert kaveh.uploads(header, SARA).status_code == 403
    given = kaveh.input(files, "citizen")
    answer = kaveh.gateway.ask(SUBMIT, {"input": given}, whom=SARA)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    stands = kaveh.submits(kaveh.input(kaveh.example("140501", number="07"), "for reading"))
    read = kaveh.gateway.ask(READ, {"id": stands["id"]}, whom=SARA)
    assert read["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_a_branch_that_is_down_has_the_list_when_it_is_back(kaveh: Employer) -> None:
    given = kaveh.input(kaveh.example("140510"), "down")
    with kaveh.twin.fault(f"branch_intake.{BRANCH}", "refused"):
        submitted = kaveh.submits(given)
        assert submitted["state"] == "ACCEPTED"
        assert "1405-10" not in kaveh.saras_months()
        time.sleep(0.5)
        assert kaveh.until(submitted, "ACCEPTED")["branchNumber"] is None
    recorded = kaveh.until(submitted, "RECORDED")
    assert recorded["answeredAt"] > recorded["acceptedAt"]
    assert "1405-10" in kaveh.saras_months()


@pytest.mark.parametrize(("kind", "month"), [("cut", "1405-11"), ("lying", "1405-12")])
def test_a_branch_that_is_not_heard_or_lies_enters_it_once(kaveh: Employer, kind: str, month: str) -> None:
    given = kaveh.input(kaveh.example(month.replace("-", "")), kind)
    how = {"how": "another_list"} if kind == "lying" else {}
    with kaveh.twin.fault(f"branch_intake.{BRANCH}", kind, **how):
        submitted = kaveh.submits(given)
        for _ in range(PATIENCE * 10):
            if kaveh.twin.counts()["branch_intake"].get(BRANCH, {}).get("lists", 0) >= 2:
                break
            time.sleep(0.1)
    recorded = kaveh.until(submitted, "RECORDED")
    (entry,) = kaveh.entered(submitted)
    assert entry["number"] == recorded["branchNumber"]
    record = kaveh.saras_months()[month]
    assert record["standing"] == "COUNTED"
    nodes = kaveh.gateway.data(RECORDS, whom=SARA)["me"]["contributionRecords"]["nodes"]
    assert len([one for one in nodes if one["month"] == month]) == 1


def test_a_key_that_comes_twice_gives_the_same_list(kaveh: Employer) -> None:
    files = kaveh.example("140503", number="09")
    given = kaveh.input(files, "twice")
    first = kaveh.submits(given)
    second = kaveh.submits(given)
    assert (second["id"], second["trackingCode"]) == (first["id"], first["trackingCode"])
    kaveh.until(first, "RECORDED")
    assert len(kaveh.entered(first)) == 1

    others = kaveh.input(kaveh.example("140503", number="10"), "twice")
    assert kaveh.submits(others)["__typename"] == "IdempotencyKeyReused"
    same_list = kaveh.submits(kaveh.input(files, "another key"))
    assert (same_list["__typename"], same_list["submission"]["id"]) == ("PremiumListStands", first["id"])
    assert len(kaveh.entered(first)) == 1


def test_what_the_branch_does_not_take_is_said_and_may_be_sent_again(kaveh: Employer) -> None:
    """The branch has lists of its own that were never handed in here: this one has the number of one of those."""
    files = kaveh.example("140505", number="14050501")
    refused = kaveh.until(kaveh.submits(kaveh.input(files, "refused")), "REFUSED")
    assert "same month" in refused["refusal"]["en"]
    assert refused["branchNumber"] is None
    again = kaveh.submits(kaveh.input(files, "refused again"))
    assert (again["__typename"], again["id"] != refused["id"]) == ("PremiumListSubmission", True)


def test_no_national_code_of_a_worker_stands_in_the_log(kaveh: Employer) -> None:
    log = Path(kaveh.gateway.log).read_text(errors="replace")
    assert code("sara") not in log
    assert "http" in log
