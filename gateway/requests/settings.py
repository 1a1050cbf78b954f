"""What can be set about requests. Terms that nobody has told us are None, and mean unknown: nothing is invented."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import platformdirs
import sqlalchemy as sa
from pydantic import BeforeValidator, SecretBytes

from gateway.domain.services import SERVICES
from gateway.domain.settable import Count, CountOrZero, Duration
from gateway.requests.engine import EngineSettings

SIGNING_KEY_BYTES = 32
EXAMPLE_CALENDAR = Path(__file__).with_name("example_calendar.toml")


def _key_of_hex(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        key = bytes.fromhex(value)
    except ValueError:
        key = b""
    if len(key) != SIGNING_KEY_BYTES:
        raise ValueError(f"must be {2 * SIGNING_KEY_BYTES} hexadecimal digits")
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Of one kind of request. `service_days` are working days to the end by the service level, `information_days` and
    `appeal_days` calendar days by law: how long the citizen may take to supply what is asked, and to appeal. None:
    the term is not known. `follow_seconds`: how often the office is asked how its file stands."""

    service_days: CountOrZero | None = None
    information_days: CountOrZero | None = None
    appeal_days: CountOrZero | None = None
    follow_seconds: Duration = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What the sources leave open about services (gateway/domain/decrees.py says what each means). `military_day` is in
    rial, None for unknown."""

    military_day: CountOrZero | None = None
    voluntary_below_fifty: bool = False
    parents_over_age: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSettings:
    """`store` is sqlite:///PATH or postgresql://…; `documents` is a file:// folder or another object store's URL. Left
    empty, requests are kept beside the record: in a file of the same folder, or in the same PostgreSQL.
    `calendar` is a TOML file of the days off. `receipt_key` is the 32 bytes of an Ed25519 key; without it one is
    derived from the master key. `assess_seconds` is how long a mutation waits for the facts of an assessment: what has
    not come by then is assessed later. `retry_first_seconds` and `retry_most_seconds` are the pauses between tries.
    `terms` are by the service's name in small letters, such as `medical_commission`; a service that is not named has
    those of its rules. `document_bytes` is the most that one upload may have; `documents_kept_days` how long one waits
    for a request that names it, `keys_kept_days` how long an idempotency key gives the same answer.
    """

    store: str = field(default="", repr=False)  # may hold a password
    commit_seconds: Duration = 5.0
    documents: str = field(default="", repr=False)
    document_bytes: Count = 5_000_000
    documents_per_person: CountOrZero = 50
    documents_kept_days: CountOrZero = 7
    keys_kept_days: Count = 30
    calendar: Path | None = None
    receipt_key: Annotated[SecretBytes, BeforeValidator(_key_of_hex)] | None = None
    receipt_issuer: str = "tamin-gateway"
    assess_seconds: Duration = 0.4
    busy_retry_seconds: Duration = 5.0
    retry_first_seconds: Duration = 2.0
    retry_most_seconds: Duration = 3_600.0
    watch_seconds: Duration = 0.5
    terms: Mapping[str, Terms] = field(default_factory=dict)
    engine: EngineSettings = field(default_factory=EngineSettings)

    def __post_init__(self) -> None:
        if strange := {name.upper() for name in self.terms} - set(SERVICES):
            raise ValueError(f"terms of no service: {', '.join(sorted(strange))}")

    def terms_of(self, service: str, otherwise: Terms) -> Terms:
        return self.terms.get(service.lower(), otherwise)

    def beside(self, record: str) -> "RequestSettings":
        """With its places filled in; `record` is the URL of the record's store."""
        store = self.store
        if not store:
            folder = _folder_of(record)
            store = f"sqlite:///{folder / 'requests.db'}" if folder else record
        folder = _folder_of(store) or platformdirs.user_state_path("tamin-gateway")
        documents = self.documents or (folder.resolve() / "documents").as_uri()
        return dataclasses.replace(self, store=store, documents=documents)


def _folder_of(url: str) -> Path | None:
    """Of a SQLite file; None for a server."""
    address = sa.make_url(url)
    return Path(str(address.database)).parent if address.get_backend_name() == "sqlite" else None
