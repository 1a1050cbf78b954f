"""Contracts as files: what is refused, on which line, and that a folder is taken over as a whole or not at all."""

import datetime
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.rights.contract_files import ContractError, Contracts
from gateway.rights.contract_text import ContractFile
from gateway.rights.grantable import Grantable
from tests.rights.contracts.conftest import SHIPPED, SOUND

Written = Callable[..., Path]


def line_of(text: str) -> int:
    return SOUND[: SOUND.index(text)].count("\n") + 1


def test_a_sound_file_is_a_contract(written: Written, grantable: Grantable) -> None:
    file = ContractFile(written(), grantable)
    assert file.problems == []
    assert file.contract is not None
    assert file.contract.fields == {"Query.person", "Person.identity", "Identity.firstName"}
    assert file.contract.clients == {"archive", "archive-batch"}
    assert file.contract.in_force(datetime.date(2027, 10, 31))
    assert not file.contract.in_force(datetime.date(2027, 11, 1))


BAD = {
    "unknown key": ('relation = "archive"', 'relation = "archive"\nsecret = 1', "secret = 1", "secret is no key"),
    "unknown key of a table": ('en = "Archive"', 'en = "Archive"\nde = "x"', 'de = "x"', "agency.de is no key"),
    "missing key": ("rate_per_minute = 10\n", "", 'name = "archive"', "rate_per_minute is missing"),
    "missing key of a table": ('fa = "آزمون"\n', "", "[purpose]", "purpose.fa is missing"),
    "wrong type": ("daily_quota = 100", 'daily_quota = "many"', "daily_quota", "daily_quota: expected int, got str"),
    "wrong type in a list": ('"Person.identity",', "7,", "7,", "fields[1]: expected str, got int"),
    "a moment for a day": ("starts = 2026-11-01", "starts = 2026-11-01T00:00:00Z", "starts", "starts: expected date"),
    "a rate of nothing": ("rate_per_minute = 10", "rate_per_minute = 0", "rate_per_minute", ">= 1"),
    "a negative rate": ("rate_per_minute = 10", "rate_per_minute = -5", "rate_per_minute", ">= 1"),
    "a quota of nothing": ("daily_quota = 100", "daily_quota = 0", "daily_quota", ">= 1"),
    "no client": ('["archive", "archive-batch"]', "[]", "clients", "length >= 1"),
    "an empty text": ('legal_basis = "Art. 1"', 'legal_basis = ""', "legal_basis", "length >= 1"),
    "a register that is a path": ('relation = "archive"', 'relation = "../protected"', "relation", "matching regex"),
    "no TOML": ('name = "archive"', 'name = "archive', 'name = "archive', "it is not TOML"),
    "the same key twice": (
        "daily_quota = 100",
        "daily_quota = 100\nname = 'x'",
        "",
        "it is not TOML: cannot overwrite",
    ),
    "ends before it begins": ("expires = 2027-10-31", "expires = 2026-10-31", "expires", "expires lies before starts"),
    "more than 12 months": ("expires = 2027-10-31", "expires = 2027-11-01", "expires", "at most 12 months: until 2027"),
    "a field of no type": ("Identity.firstName", "Identity.nickname", '"Identity.nick', "is no field of the schema"),
    "no coordinate": ("Identity.firstName", "identity", '"identity"', "is no field of the schema"),
    "a structural field": ('"Query.person",', '"Query.person", "Day.jalali",', "Day.jalali", "leave it out"),
    "a picture": ('"Query.person",', '"Query.person", "Person.photo",', "Person.photo", "granted by no contract"),
    "the caller": ('"Query.person",', '"Query.person", "Query.me",', "Query.me", "an agency is no person"),
    "a workshop": ('"Query.person",', '"Query.person", "Query.workshop",', "Query.workshop", "no workshops"),
    "a group without leaves": ('"Identity.firstName",', "", '"Person.identity"', "leads to nothing"),
    "a leaf without its group": ('"Person.identity",', "", '"Identity.firstName"', "too (Person.identity)"),
    "no way in": ('"Query.person",', "", '"Person.identity"', "Query.person or Query.persons"),
    "a field twice": ('"Query.person",', '"Query.person",\n"Identity.firstName",', "#", "stands twice in fields"),
    "a client twice": ('"archive-batch"]', '"archive"]', "clients", "archive stands twice in clients"),
}


@pytest.mark.parametrize(("old", "new", "stands", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_with_the_line_of_what_is_wrong(
    old: str, new: str, stands: str, sentence: str, written: Written, grantable: Grantable, tmp_path: Path
) -> None:
    path = written(change=(old, new))
    with pytest.raises(ContractError):
        Contracts(tmp_path, grantable)
    (problem,) = [one for one in ContractFile(path, grantable).problems if sentence.lower() in one.sentence.lower()]
    lines = path.read_text(encoding="utf-8").splitlines()
    if stands:
        assert problem.line == next(number for number, line in enumerate(lines, 1) if stands in line)
    assert str(problem).startswith(f"{path}:{problem.line}: ")


def test_texts_that_are_not_utf8_are_refused_with_their_line(
    written: Written, grantable: Grantable, tmp_path: Path
) -> None:
    path = written()
    path.write_bytes(path.read_bytes().replace("بایگانی".encode(), "آزمون".encode("cp1256")))
    with pytest.raises(ContractError) as refused:
        Contracts(tmp_path, grantable)
    assert refused.value.line == line_of("بایگانی")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('clients = ["archive", "archive-batch"]', 'clients = ["other"]', "a.toml has the name archive too"),
        ('name = "archive"', 'name = "other"', "a.toml has the client archive too"),
    ],
)
def test_two_contracts_share_neither_name_nor_client(
    old: str, new: str, wrong: str, written: Written, grantable: Grantable, tmp_path: Path
) -> None:
    written("a.toml")
    path = written("b.toml", change=(old, new))
    with pytest.raises(ContractError, match=wrong) as refused:
        Contracts(tmp_path, grantable)
    shared = "name" if "name" in wrong else "clients"
    assert (refused.value.file, refused.value.line) == (path, line_of(shared))


def test_a_contract_may_run_for_twelve_months_to_the_day(written: Written, grantable: Grantable) -> None:
    leap = written(a=("starts = 2026-11-01", "starts = 2028-02-29"), b=("expires = 2027-10-31", "expires = 2029-02-28"))
    assert ContractFile(leap, grantable).problems == []


def test_a_contract_that_has_ended_is_told_when_checked_and_kept_when_served(
    written: Written, grantable: Grantable, tmp_path: Path
) -> None:
    file = ContractFile(written(), grantable)
    assert file.ended(datetime.date(2027, 10, 31)) is None
    ended = file.ended(datetime.date(2027, 11, 1))
    assert ended is not None
    assert ended.line == line_of("expires")
    assert Contracts(tmp_path, grantable).named("archive") is not None


def test_the_version_is_that_of_the_meaning(written: Written, grantable: Grantable) -> None:
    def version(**replaced: tuple[str, str]) -> str:
        contract = ContractFile(written(**replaced), grantable).contract
        assert contract is not None
        return contract.version

    first = version()
    assert version(a=('["archive", "archive-batch"]', "[ 'archive-batch',\n'archive' ] # note")) == first
    assert version(a=('  "Query.person",\n  "Person.identity",', '"Person.identity","Query.person",')) == first
    others = {
        version(a=("rate_per_minute = 10", "rate_per_minute = 11")),
        version(a=("Identity.firstName", "Identity.lastName")),
        version(a=('en = "Trying"', 'en = "trying"')),
        version(a=("expires = 2027-10-31", "expires = 2027-10-30")),
    }
    assert len(others | {first}) == 5


def test_the_shipped_contracts_are_sound_and_found_by_client(grantable: Grantable) -> None:
    contracts = Contracts(SHIPPED, grantable)
    assert {contract.name for contract in contracts.all()} == {"court", "insurance-fund", "relief"}
    for client in ("court", "insurance-fund", "relief"):
        found = contracts.for_client(client)
        assert found is not None
        assert found == contracts.named(client)
    assert contracts.for_client("nobody") is None
    assert contracts.named("nobody") is None


def test_without_a_folder_there_are_no_contracts_and_a_missing_folder_is_told(
    grantable: Grantable, tmp_path: Path
) -> None:
    assert Contracts(None, grantable).all() == ()
    with pytest.raises(ContractError, match="there is no such folder"):
        Contracts(tmp_path / "nowhere", grantable)


def test_in_the_sandbox_a_contract_that_is_not_in_force_runs_from_today(
    written: Written, grantable: Grantable, tmp_path: Path
) -> None:
    written()

    class Clock:
        day = datetime.date(2027, 3, 1)

        def now(self) -> datetime.datetime:
            return datetime.datetime.combine(self.day, datetime.time(9), tzinfo=datetime.UTC)

        def monotonic(self) -> float:
            return 0.0

    def terms(day: datetime.date) -> list[tuple[datetime.date, datetime.date]]:
        clock = Clock()
        clock.day = day
        return [(one.starts, one.expires) for one in Contracts(tmp_path, grantable, renewed_by=clock).all()]

    assert terms(datetime.date(2027, 3, 1)) == [(datetime.date(2026, 11, 1), datetime.date(2027, 10, 31))]
    assert terms(datetime.date(2029, 3, 1)) == [(datetime.date(2029, 3, 1), datetime.date(2030, 2, 28))]
    assert terms(datetime.date(2025, 3, 1)) == [(datetime.date(2025, 3, 1), datetime.date(2026, 2, 28))]


def test_one_bad_file_leaves_all_that_was_read_before(written: Written, grantable: Grantable, tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "court.toml", tmp_path)
    contracts = Contracts(tmp_path, grantable)
    (tmp_path / "court.toml").unlink()
    written(change=("rate_per_minute = 10", "rate_per_minute = 0"))
    with pytest.raises(ContractError):
        contracts.reload()
    assert [contract.name for contract in contracts.all()] == ["court"]
    written()
    contracts.reload()
    assert [contract.name for contract in contracts.all()] == ["archive"]


def test_readers_see_the_old_folder_or_the_new_one_and_nothing_between(
    written: Written, grantable: Grantable, tmp_path: Path
) -> None:
    """Both files change together; a reader who looks at one reading finds them of one age."""
    versions = []
    contracts = Contracts(tmp_path, grantable)
    stop = threading.Event()
    torn: list[object] = []

    def write(rate: int) -> None:
        for name in ("one", "two"):
            written(
                f"{name}.toml",
                a=('name = "archive"', f'name = "{name}"'),
                b=('["archive", "archive-batch"]', f'["{name}"]'),
                c=("rate_per_minute = 10", f"rate_per_minute = {rate}"),
            )

    def read() -> None:
        while not stop.is_set():
            rates = {contract.rate_per_minute for contract in contracts.all()}
            if len(rates) != 1:
                torn.append(rates)

    write(1)
    contracts.reload()
    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for rate in range(2, 30):
        write(rate)
        contracts.reload()
        versions.append(contracts.all()[0].rate_per_minute)
    stop.set()
    for reader in readers:
        reader.join()
    assert torn == []
    assert versions == list(range(2, 30))
