"""Settings come from the environment, are refused with a sentence, and are all in the operators' guide."""

import dataclasses
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from gateway.domain.failure import Source
from gateway.settings import Settings, sentences, unknown_variables
from gateway.wiring import addresses

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "operators.md"
ENOUGH = {
    "TAMIN_MASTER_KEY": "ab" * 32,
    "TAMIN_TOKENS__AUDIENCE": "https://gateway.example",
    "TAMIN_TOKENS__ISSUERS": '[{"issuer": "https://account.example", "jwks_url": "https://account.example/jwks"}]',
    "TAMIN_CIVIL_REGISTRY__URL": "http://registry.example",
    "TAMIN_CIVIL_REGISTRY__USERNAME": "us",
    "TAMIN_CIVIL_REGISTRY__PASSWORD": "hush-registry",
    "TAMIN_BANK_REFAH": '{"url": "http://bank.example", "client_id": "us", "secret": "hush-bank"}',
    "TAMIN_LABOUR_MINISTRY": '{"url": "http://labour.example", "client_id": "us", "client_secret": "hush-labour"}',
    "TAMIN_BRANCH_DATABASES__DIRECTORY_URL": "sqlite:///directory.db",
    "TAMIN_BRANCH_DATABASES__BRANCHES": '{"0070": {"url": "postgresql://us:hush-branch@db.example/b"}}',
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in ENOUGH.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def read() -> Settings:
    return Settings()  # type: ignore[call-arg]


def told_of(environment: pytest.MonkeyPatch, variable: str, value: str) -> str:
    """The one line about a value that is refused. It holds nothing of it."""
    environment.setenv(variable, value)
    with pytest.raises(ValidationError) as refused:
        read()
    (line,) = sentences(refused.value)
    assert "hush" not in line
    return line


def test_they_are_read_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TAMIN_LISTENING__PORT", "9000")
    environment.setenv("TAMIN_HTTP__DOCUMENTS__DEPTH", "7")
    environment.setenv("TAMIN_HTTP__CORS_ORIGINS", '["https://front.example"]')
    environment.setenv("TAMIN_MINIMUM_DAILY_WAGE", '{"1404": 3463656}')
    environment.setenv("TAMIN_CIVIL_REGISTRY__FEMALE_CODES", "[2]")
    settings = read()
    assert settings.listening.port == 9000
    assert settings.http.documents.depth == 7
    assert settings.http.cors_origins == ("https://front.example",)
    assert settings.minimum_daily_wage == {1404: 3_463_656}
    assert settings.civil_registry.female_codes == {2}
    assert settings.branch_databases.branches["0070"].encoding.value == "cp1256"


def test_certificates_are_issued_under_their_own_name_the_origin_or_where_the_gateway_listens(
    environment: pytest.MonkeyPatch,
) -> None:
    assert read().issuing.issuer == "http://127.0.0.1:8000"
    environment.setenv("TAMIN_HTTP__ORIGIN", "https://graph.example")
    assert read().issuing.issuer == "https://graph.example"
    environment.setenv("TAMIN_CERTIFICATES__ISSUER", "https://certificates.example")
    environment.setenv("TAMIN_CERTIFICATES__PASSCODES__LENGTH", "12")
    assert read().issuing.issuer == "https://certificates.example"
    assert read().issuing.passcodes.length == 12
    environment.setenv("TAMIN_CERTIFICATES__PASSCODES__LENGTH", "4")
    with pytest.raises(ValidationError, match="can be guessed"):
        read()


def test_printing_them_shows_no_secret(environment: pytest.MonkeyPatch) -> None:
    said = repr(read())
    assert "hush" not in said
    assert "abab" not in said


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("TAMIN_MASTER_KEY", "abcd", "must have at least 32 bytes"),
        ("TAMIN_MASTER_KEY", "hush-no-hex", "must be hexadecimal"),
        ("TAMIN_CIVIL_REGISTRY__URL", "ftp://hush", "must be http:// or https:// and a host"),
        ("TAMIN_CIVIL_REGISTRY__URL", "https://", "must be http:// or https:// and a host"),
        ("TAMIN_CIVIL_REGISTRY__URL", "https://registry.example/ hush", "must hold no spaces"),
        ("TAMIN_CIVIL_REGISTRY__URL", "https://us:hush@registry.example", "must hold no name and no password"),
        ("TAMIN_CIVIL_REGISTRY__URL", "https://registry.example:hush", "a port that cannot be read"),
        ("TAMIN_CIVIL_REGISTRY__TIMEOUT", "-1", "greater than 0"),
        ("TAMIN_CIVIL_REGISTRY__TIMEOUT", "inf", "finite number"),
        ("TAMIN_CIVIL_REGISTRY__CA_FILE", "/hush", "must be a file of certificates (PEM): FileNotFoundError"),
        ("TAMIN_BANK_REFAH__BATCH_SIZE", "51", "less than or equal to 50"),
        ("TAMIN_MEMORY", "memcached://hush", "must be process, off, or a URL"),
        ("TAMIN_MEMORY", "redis://us:hush@cache.example:port", "a port that cannot be read"),
        ("TAMIN_MEMORY", "redis://cache.example?hush=hush", "a memory URL has no options but"),
        ("TAMIN_MEMORY", "redis://:hush@cache.example/facts", "the number of a database"),
        ("TAMIN_LISTENING__PORT", "hush", "valid integer"),
        ("TAMIN_LISTENING__PORT", "65536", "less than or equal to 65535"),
        ("TAMIN_HTTP__REQUEST_SECONDS", "nan", "finite number"),
        ("TAMIN_HTTP__REQUEST_SECONDS", "1e300", "less than or equal to"),
        ("TAMIN_AUDIT__COMMIT_SECONDS", "0", "greater than 0"),
        ("TAMIN_MEMORY_AGES__NEAR", "-1", "greater than or equal to 0"),
        ("TAMIN_EXECUTION__SHADOW_SHARE", "2", "less than or equal to 1"),
        ("TAMIN_RESILIENCE__RETRIES__ATTEMPTS", "0", "greater than or equal to 1"),
        ("TAMIN_BRANCH_DATABASES__PERSONS_PER_STATEMENT", "501", "less than or equal to 500"),
    ],
)
def test_a_wrong_one_is_refused_in_a_line_that_names_it_and_hides_its_value(
    environment: pytest.MonkeyPatch, variable: str, value: str, reason: str
) -> None:
    line = told_of(environment, variable, value)
    assert line.startswith(f"{variable}: ")
    assert reason in line


@pytest.mark.parametrize(
    ("variable", "value", "group", "reason"),
    [
        ("TAMIN_AUDIT__STORE", "mysql://hush", "AUDIT", "store must begin with one of sqlite://, postgresql://"),
        ("TAMIN_AUDIT__STORE", "sqlite:///:memory:", "AUDIT", "store must name a file"),
        ("TAMIN_AUDIT__STORE", "postgresql:hush", "AUDIT", "store must begin with one of"),
        ("TAMIN_AUDIT__STORE", "sqlite://hush.db", "AUDIT", "store must name a file"),
        ("TAMIN_AUDIT__STORE", "postgresql://us:hush@db.example:port/r", "AUDIT", "store cannot be read"),
        ("TAMIN_AUDIT__STORE", "postgresql://us:hush@db.example/r?pool=1", "AUDIT", "store has an option"),
        ("TAMIN_AUDIT__STORE", "postgresql://db.example:5432#hush/r", "AUDIT", "store cannot be read"),
        ("TAMIN_REQUESTS__STORE", "postgresql://us:hush@db.example:port/r", "REQUESTS", "store cannot be read"),
        ("TAMIN_TOKENS__REPLAY", "redis://us:hush@cache.example:port", "TOKENS", "replay must be process, or a URL"),
        ("TAMIN_LIMITS__STORE", "redis://:hush@h?db=hush", "LIMITS", "store must be memory, process, or a URL"),
        ("TAMIN_HTTP__TRUSTED_PROXIES", '["10.0.0.0/99"]', "HTTP", "trusted_proxies must be networks"),
        ("TAMIN_HTTP__METRICS_NETWORKS", '["hush"]', "HTTP", "metrics_networks must be networks"),
        ("TAMIN_HTTP__CORS_ORIGINS", '["front.example"]', "HTTP", "cors_origins must be http:// or https://"),
        ("TAMIN_HTTP__CORS_ORIGINS", '["https://front.example/"]', "HTTP", "cors_origins must be an origin"),
        ("TAMIN_HTTP__CORS_ORIGINS", '["*"]', "HTTP", "cors_origins must be http:// or https://"),
        ("TAMIN_HTTP__ORIGIN", "https://gateway.example/graphql", "HTTP", "origin must be an origin"),
        ("TAMIN_BRANCH_DATABASES__DIRECTORY_URL", "hush", "BRANCH_DATABASES", "directory_url must begin with one of"),
        (
            "TAMIN_BRANCH_INTAKE",
            '{"username": "us", "password": "hush", "branches": {"0070": "https://intake.example:hush"}}',
            "BRANCH_INTAKE__BRANCHES",
            "a branch's address has a host or a port that cannot be read",
        ),
        (
            "TAMIN_BRANCH_DATABASES__BRANCHES",
            '{"0070": {"url": "mysql+pymysql://us:hush@db.example/b"}}',
            "BRANCH_DATABASES__BRANCHES__0070",
            "url must begin with one of",
        ),
    ],
)
def test_an_address_that_can_be_none_is_refused_with_its_groups_name(
    environment: pytest.MonkeyPatch, variable: str, value: str, group: str, reason: str
) -> None:
    assert told_of(environment, variable, value).startswith(f"TAMIN_{group}: {reason}")


@pytest.mark.parametrize("password", ["p/w", "p#w", "p?w", "p:w", "p%40w"])
def test_a_password_may_hold_what_the_databases_own_reading_lets_it(
    environment: pytest.MonkeyPatch, password: str
) -> None:
    environment.setenv("TAMIN_AUDIT__STORE", f"postgresql://us:{password}@db.example:5432/record")
    environment.setenv("TAMIN_BRANCH_DATABASES__DIRECTORY_URL", f"mysql://us:{password}@db.example/directory")
    directory, branch = addresses(read())[Source.BRANCH_DATABASES]
    assert (directory.host, directory.port) == ("db.example", 3306)
    assert (branch.host, branch.port) == ("db.example", 5432)


def test_a_missing_one_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("TAMIN_MASTER_KEY")
    with pytest.raises(ValidationError) as refused:
        read()
    assert sentences(refused.value) == ["TAMIN_MASTER_KEY: is not set"]


def test_a_misspelt_one_is_noticed() -> None:
    assert unknown_variables({"TAMIN_MEMROY": "off", "TAMIN_MEMORY": "off", "PATH": "/bin"}) == ["TAMIN_MEMROY"]
    assert unknown_variables({"TAMIN_HTTP__CORS_ORIGIN": "[]"}) == ["TAMIN_HTTP__CORS_ORIGIN"]


def test_the_guide_lists_every_variable() -> None:
    guide = GUIDE.read_text()
    missing = [name for name in variables(Settings, "TAMIN_") if f"`{name}`" not in guide]
    assert not missing, "add them to docs/guide/operators.md"


def variables(model: Any, prefix: str) -> Iterator[str]:
    if issubclass(model, BaseModel):
        fields = {name: field.annotation for name, field in model.model_fields.items()}
    else:
        hints = typing.get_type_hints(model)
        fields = {field.name: hints[field.name] for field in dataclasses.fields(model)}
    for name, annotation in fields.items():
        if isinstance(annotation, type) and (issubclass(annotation, BaseModel) or dataclasses.is_dataclass(annotation)):
            yield from variables(annotation, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}"
