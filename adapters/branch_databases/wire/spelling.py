"""Asking for many codes at once, in a statement whose text never changes, and for numbers, in each dialect's own way.

PostgreSQL: `= ANY(array)`, which the index serves and which a prepared statement keeps. SQLite: a JSON array, and since
its data holds the padding of CHAR(n), each code padded as well. MariaDB: a list that its driver writes out.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


def among(column: sa.ColumnElement[str], name: str, width: int, *, zeros: bool = False) -> sa.ColumnElement[bool]:
    """Whether the CHAR(width) `column` is one of the codes bound to `name`.

    `zeros`: also as a branch writes them that lost their leading zeros (0960).
    """
    return _Among(column, sa.bindparam(name, type_=_Codes(width, zeros)))


class Number(NullType):
    """A number of which only `translate` knows what makes sense. PostgreSQL sends it as its text: to make a Decimal of
    each NUMERIC of a row costs more than the rest of the row. The others send what their driver has."""

    cache_ok = True

    def column_expression(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return _AsWritten(column)


class _AsWritten(FunctionElement[Any]):
    type = Number()
    inherit_cache = True


@compiles(_AsWritten, "postgresql")
def _as_text(element: _AsWritten, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses.clauses[0], **kw)} AS TEXT)"


@compiles(_AsWritten)
def _as_it_is(element: _AsWritten, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses.clauses[0], **kw)


class _Codes(TypeDecorator[Sequence[str]]):
    impl = sa.String
    cache_ok = True

    def __init__(self, width: int, zeros: bool) -> None:
        super().__init__()
        self.width, self.zeros = width, zeros

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(sa.String()))
        return dialect.type_descriptor(sa.String())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        codes = list(value or ())
        if self.zeros:
            codes += [code.lstrip("0") for code in codes if code.startswith("0")]
        if dialect.name == "postgresql":
            return codes
        if dialect.name == "sqlite":
            codes += [code.ljust(self.width) for code in codes if len(code) < self.width]
            return json.dumps(codes)
        return tuple(codes)


class _Among(FunctionElement[bool]):
    type = sa.Boolean()
    inherit_cache = True


@compiles(_Among, "postgresql")
def _any_of_array(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, codes = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} = ANY (CAST({codes} AS bpchar[]))"  # as text the padding would count and the index would not


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, codes = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({codes}))"  # noqa: S608 - both are compiled


@compiles(_Among, "mysql", "mariadb")
def _in_written_list(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, codes = (compiler.process(part, **kw) for part in element.clauses)
    return f"{column} IN {codes}"  # the driver writes a tuple as ('a','b')
