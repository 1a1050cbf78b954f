"""Which failure a database driver's error is. Its text stays behind: it may quote rows."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway.domain.failure import (
    Source,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceTimeout,
    SourceUnavailable,
)
from gateway.domain.identifiers import BranchCode

_SQLSTATES: dict[str, type[SourceFailure]] = {  # the longest prefix counts
    "53300": SourceQuota,
    "57P03": SourceClosed,
    "57014": SourceTimeout,
    "28": SourceRefusedUs,
    "3D": SourceRefusedUs,
    "42501": SourceRefusedUs,
    "42": SourceIncoherent,
    "22": SourceIncoherent,
    "21": SourceIncoherent,
}
_MYSQL: dict[int, type[SourceFailure]] = {
    **dict.fromkeys((1040, 1203, 1226), SourceQuota),
    **dict.fromkeys((1044, 1045, 1049, 1142, 1143, 1227, 1698), SourceRefusedUs),
    **dict.fromkeys((1053, 1152), SourceClosed),
    **dict.fromkeys((1054, 1064, 1146, 1264, 1292, 1366), SourceIncoherent),
    **dict.fromkeys((1205, 1969, 3024), SourceTimeout),
}
_RETRY_AFTER: dict[type[SourceFailure], float] = {  # seconds
    SourceUnavailable: 5,
    SourceTimeout: 5,
    SourceQuota: 5,
    SourceClosed: 60,
}


def failure_from(error: BaseException, source: Source, branch: BranchCode | None) -> SourceFailure:
    kind = _kind(error)
    told = f"{kind.__name__} ({_mark(error)})"
    return kind(source, told, retry_after=_RETRY_AFTER.get(kind), branch=branch)


def _kind(error: BaseException) -> type[SourceFailure]:
    cause = _cause(error)
    state = _sqlstate(cause)
    if state:
        found = [_SQLSTATES[prefix] for prefix in (state, state[:2]) if prefix in _SQLSTATES]
        return found[0] if found else SourceUnavailable
    number = _mysql_number(cause)
    if number is not None:
        return _MYSQL.get(number, SourceUnavailable)
    if isinstance(cause, TimeoutError | PoolTimeout):
        return SourceTimeout
    if isinstance(cause, sqlite3.DatabaseError):
        return _sqlite_kind(cause)
    return SourceUnavailable


def _sqlite_kind(error: sqlite3.DatabaseError) -> type[SourceFailure]:
    said = str(error)
    if said.startswith(("no such table", "no such column", "file is not a database", "database disk image")):
        return SourceIncoherent
    return SourceUnavailable


def _cause(error: BaseException) -> BaseException:
    """The driver's own error under SQLAlchemy's."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    own = error.__cause__
    return own if own is not None and _sqlstate(own) else error


def _sqlstate(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def _mysql_number(error: BaseException) -> int | None:
    if type(error).__module__.startswith(("asyncmy", "pymysql")) and error.args and isinstance(error.args[0], int):
        return error.args[0]
    return None


def _mark(error: BaseException) -> str:
    """What a log may hold of it: the class, and the state or number."""
    cause = _cause(error)
    return str(_sqlstate(cause) or _mysql_number(cause) or type(cause).__name__)
