"""Lines of keys, held against what tomllib reads."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.rights.toml_lines import lines_of

TRICKY = '''\
# name = "in a comment"
title = "a # that is no comment"
'single quoted' = 1   # ] } "
"a.b" = """
[not.a.table]
key = "\\""
"""
other = \'\'\'
no = 'key'
\'\'\'
dotted.key.deep = 2026-11-22T10:00:00Z
list = [ "x", # one
  [1, 2],

  { a = 1, b.c = [true] },
]
inline = { x = "]", y = "}" }

[table]
key = -1.5e3
[table."quoted"]
key = 'x'

[[many]]
a = 1
[many.below]
b = 2
[[many]]
a = 3
'''


def paths_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths_in(below, (*path, key))


def test_each_key_and_entry_that_tomllib_reads_has_a_line() -> None:
    assert set(lines_of(TRICKY)) == set(paths_in(tomllib.loads(TRICKY)))


@pytest.mark.parametrize(
    ("path", "begins"),
    [
        (("title",), "title"),
        (("single quoted",), "'single"),
        (("a.b",), '"a.b"'),
        (("other",), "other"),
        (("dotted", "key", "deep"), "dotted"),
        (("list", 0), "list"),
        (("list", 1, 1), "  [1"),
        (("list", 2, "b", "c", 0), "  { a"),
        (("inline", "y"), "inline"),
        (("table", "quoted", "key"), "key = 'x'"),
        (("many", 0, "below", "b"), "b = 2"),
        (("many", 1, "a"), "a = 3"),
    ],
)
def test_the_line_is_the_one_on_which_it_stands(path: tuple[str | int, ...], begins: str) -> None:
    line = lines_of(TRICKY)[path]
    assert TRICKY.splitlines()[line - 1].startswith(begins)


def test_windows_line_ends_count_once() -> None:
    assert lines_of("a = 1\r\n\r\nb = 2\r\n") == {("a",): 1, ("b",): 3}


keys = st.from_regex(r"[a-z]{1,4}", fullmatch=True)
values = st.recursive(
    st.one_of(
        st.integers(-9, 9).map(str),
        st.booleans().map(lambda one: str(one).lower()),
        st.text(alphabet="ab#[]{}=, '", max_size=6).map(lambda text: f'"{text}"'),
        st.text(alphabet='ab#[]{}=, "\n', max_size=6).map(lambda text: f"'''{text}'''"),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda entries: "[" + ",\n# note ]\n ".join(entries) + "]"),
        st.dictionaries(keys, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        ),
    ),
    max_leaves=6,
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.dictionaries(keys, values, max_size=4), st.dictionaries(keys, values, max_size=3))
def test_random_texts_agree_with_tomllib(top: dict[str, str], table: dict[str, str]) -> None:
    text = "".join(f"{key} = {value}\n" for key, value in top.items())
    text += "[ zzzzz . y ]\n" + "".join(f" {key}={value}\n\n" for key, value in table.items())
    assert set(lines_of(text)) == set(paths_in(tomllib.loads(text)))
