"""The sandbox's issuer, as `dev` and `tamin-gateway token` use it: where it is, and what it hands out."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import platformdirs
from joserfc.jwk import ECKey

from adapters.outbound.authority import Authority
from gateway.sandbox.possession import proof

GRANT = "urn:tamin:sandbox"
EXAMPLES = ("citizen:sara", "employer:kaveh", "agency:court", "developer", "operator")
NO_SANDBOX = (
    "no sandbox is running that could hand out a token: start one with `tamin-gateway dev`, or say --issuer URL"
)


class NoToken(Exception):
    """The message is a sentence for who asked."""


class Sandbox(msgspec.Struct, frozen=True):
    """Where a running `dev` listens, and its issuer's address for tokens."""

    gateway: str
    token_url: str


class _Given(msgspec.Struct):
    access_token: str = msgspec.field(default="")
    error_description: str = "the issuer gives no reason"


def state_folder() -> Path:
    """Ours alone on this machine; TAMIN_SANDBOX_STATE names another."""
    place = os.environ.get("TAMIN_SANDBOX_STATE")
    folder = Path(place) if place else platformdirs.user_state_path("tamin-gateway")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextlib.contextmanager
def announced(sandbox: Sandbox) -> Iterator[None]:
    """Tells `tamin-gateway token` of a running `dev`, as long as the block runs. Of several, the last one counts."""
    path, said = _announcement(), msgspec.json.encode(sandbox)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(said)
    fresh.replace(path)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            if path.read_bytes() == said:
                path.unlink()


def running_sandbox() -> Sandbox:
    """Raises NoToken where none has been announced."""
    try:
        return msgspec.json.decode(_announcement().read_bytes(), type=Sandbox)
    except (FileNotFoundError, msgspec.MsgspecError):
        raise NoToken(NO_SANDBOX) from None


async def token_for(whom: str, token_url: str, authority: Authority, *, key: ECKey | None = None) -> str:
    """A token from the sandbox's issuer, bound to the key if there is one. Raises NoToken."""
    headers = {"dpop": proof(key, "POST", token_url)} if key else {}
    try:
        reply = await authority.form(token_url, {"grant_type": GRANT, "whom": whom}, headers)
        given = msgspec.json.decode(reply.body, type=_Given)
    except OSError:
        raise NoToken(NO_SANDBOX) from None
    except msgspec.MsgspecError:
        raise NoToken(f"what answers at {token_url} is no issuer") from None
    if reply.status != 200 or not given.access_token:
        raise NoToken(f"no such caller: {given.error_description}")
    return given.access_token


def _announcement() -> Path:
    return state_folder() / "sandbox.json"
