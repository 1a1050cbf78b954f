"""Addresses as settings name them, and files of certificates. What can be none is refused with a sentence that repeats
nothing of it: it may hold a password.
"""

import ipaddress
import ssl
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import SplitResult, urlsplit


def named(name: str, check: Callable[[str], object], *values: str) -> None:
    """Checks the values of one setting of a group; its sentence then begins with the setting's name."""
    try:
        for value in values:
            check(value)
    except ValueError as problem:
        raise ValueError(f"{name} {problem}") from None


def http_url(url: str) -> str:
    """Raises ValueError for what no service can be asked at."""
    if any(character.isspace() for character in url):
        raise ValueError("must hold no spaces")
    parts = _parts(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no name and no password: those have settings of their own")
    return url


def origin(url: str) -> str:
    """Raises ValueError for what is no origin of HTTP, as browsers write it: without a slash at its end."""
    parts = _parts(http_url(url))
    if parts.path or parts.query or parts.fragment:
        raise ValueError("must be an origin, such as https://graph.example.ir")
    return url


def database_url(url: str, read: Callable[[str], Any], schemes: Collection[str], drivers: Collection[str] = ()) -> Any:
    """What `read` makes of it, SQLAlchemy's own reading: the floors that know that library lend it.

    Raises ValueError for what no database of these schemes has for an address; SQLite's is a file.
    """
    kind, _, driver = url.partition("://")[0].partition("+")
    if kind not in schemes or (driver and driver not in drivers):
        raise ValueError(f"must begin with one of {', '.join(f'{scheme}://' for scheme in schemes)}")
    try:
        address = read(url)
    except Exception:  # whatever it raises, which may repeat the address
        raise ValueError("cannot be read; a port is a number, and @ in a name or password is written %40") from None
    if kind == "sqlite" and (address.host or address.database in {None, "", ":memory:"}):
        raise ValueError("must name a file: sqlite:///PATH")
    return address


def network(text: str) -> str:
    """Raises ValueError for what is no network."""
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise ValueError("must be networks, such as 10.0.0.0/8 or ::1/128") from None
    return text


def certificates(file: str) -> str:
    """Raises ValueError for what is no readable file of certificates (PEM)."""
    try:
        ssl.create_default_context(cafile=file)
    except OSError as problem:  # ssl.SSLError is one
        raise ValueError(f"must be a file of certificates (PEM): {type(problem).__name__}") from None
    return file


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("has a host or a port that cannot be read") from None
    return parts
