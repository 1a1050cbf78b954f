"""What can be set about the record."""

import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import platformdirs
from pydantic import BeforeValidator, SecretBytes

from gateway.domain.settable import Count, CountOrZero, Duration

SIGNING_KEY_BYTES = 32


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


def _state_store() -> str:
    return f"sqlite:///{platformdirs.user_state_path('tamin-gateway') / 'record.db'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """Times in seconds. `store` is sqlite:///PATH or postgresql://…; `writer` names this process's chain, the host's
    name where it is empty. `checkpoint_sink` is a file to which checkpoints are also written: put it on another
    machine's disk. `signing_key` is the 32 bytes of an Ed25519 key; without it one is derived from the master key.
    `sealed_days`: by the name of a contract, how long its readings stay out of `Person.accessLog`.
    `most_waiting` events wait for a commit at once; beyond that an answer is an error.
    """

    store: str = field(default_factory=_state_store, repr=False)  # may hold a password
    writer: str = ""
    checkpoint_sink: Path | None = None
    checkpoint_seconds: Duration = 5.0
    signing_key: Annotated[SecretBytes, BeforeValidator(_key_of_hex)] | None = None
    sealed_days: dict[str, CountOrZero] = field(default_factory=dict)
    commit_seconds: Duration = 5.0
    group_size: Count = 256
    most_waiting: Count = 10_000

    @property
    def chain(self) -> str:
        return self.writer or socket.gethostname() or "gateway"
