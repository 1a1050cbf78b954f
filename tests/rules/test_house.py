"""The constitution of the house: each law says its remedy when it is broken."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFICES = ("branch_counter", "short_term_benefits")  # they share a wire: `adapters/outbound/case_files`
ADAPTERS = (
    *("civil_registry", "bank_refah", "labour_ministry", "branch_databases", "medical_commission"),
    *("registry_events", "insurance_funds", "finance", "sms", "branch_intake"),
)
FIVE = ("settings", "wire", "translate", "client", "source")
VAGUE = {"utils", "helpers", "common", "manager", "handler", "misc"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_every_adapter_has_the_same_five_rooms(adapter: str) -> None:
    rooms = {path.stem for path in (ROOT / "adapters" / adapter).iterdir() if not path.name.startswith("__")}
    assert rooms == set(FIVE), (
        f"adapters/{adapter} needs exactly {FIVE}; a room that grew may become a package of its name"
    )


@pytest.mark.parametrize("office", OFFICES)
def test_an_office_of_case_files_has_its_forms_and_no_wire_of_its_own(office: str) -> None:
    rooms = {path.stem for path in (ROOT / "adapters" / office).iterdir() if not path.name.startswith("__")}
    assert rooms == {"settings", "source", "forms"}


@pytest.mark.parametrize("adapter", [*ADAPTERS, *OFFICES])
def test_every_adapter_points_to_the_page_of_its_system(adapter: str) -> None:
    docstring = (ROOT / "adapters" / adapter / "__init__.py").read_text()
    assert f"docs/systems/{adapter}.md" in docstring, "name the page of the system in the adapter's docstring"
    assert (ROOT / "docs" / "systems" / f"{adapter}.md").exists()


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_path_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text()
    named = set(
        re.findall(r"`((?:gateway|adapters|twin|tests|docs|bench)/[\w./-]*|[\w.-]+\.(?:md|toml|graphql|lock))`", text)
    )
    assert named, "this page should name the files it speaks of"
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert not missing, f"{page} names what is not there: {missing}"


def test_no_module_has_a_name_that_promises_nothing() -> None:
    vague = [path.relative_to(ROOT) for path in tracked("*.py") if VAGUE & set(path.stem.split("_"))]
    assert not vague, f"name the noun of the field instead: {vague}"


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT)
        for path in tracked("gateway/*.py", "adapters/*.py", "twin/*.py")
        if not path.read_text().lstrip().startswith(('"""', 'r"""'))
    ]
    assert not silent, f"begin with a docstring of one line: {silent}"


def test_no_path_of_a_machine_and_no_registry_host_is_committed() -> None:
    told = re.compile(r"/(?:work|root|home/\w+)/|(?:pypi|npmjs)\.(?:org|com)|files\.pythonhosted")
    found = [
        path.relative_to(ROOT)
        for path in tracked()
        if path.suffix in {".py", ".md", ".toml", ".txt", ".lock", ".json", ".yml", ".mjs", ".sh"}
        and path != Path(__file__).resolve()
        and told.search(path.read_text(errors="replace"))
    ]
    assert not found, f"take the path or host out: {found}"
