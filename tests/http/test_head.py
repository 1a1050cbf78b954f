"""What a request's headers say."""

import pytest

from gateway.http.head import LONGEST, Head, once_a_text


def head(*headers: tuple[bytes, bytes]) -> Head:
    return Head({"type": "http", "method": "POST", "headers": list(headers)})


def test_of_headers_said_twice_the_first_counts_and_all_are_there() -> None:
    said = head((b"dpop", b"one"), (b"accept", b"*/*"), (b"dpop", b"two"))
    assert said.said(b"dpop") == "one"
    assert said.all_said(b"dpop") == ("one", "two")
    assert (said.said(b"authorization"), said.all_said(b"authorization")) == (None, ())


def test_a_text_is_worked_out_once_and_a_long_one_is_not_kept() -> None:
    read: list[str | None] = []

    @once_a_text
    def length(text: str | None) -> int:
        read.append(text)
        return len(text or "")

    long = "x" * (LONGEST + 1)
    assert [length(text) for text in ("a", None, "a", None, long, long)] == [1, 0, 1, 0, LONGEST + 1, LONGEST + 1]
    assert read == ["a", None, long, long]


def test_what_was_refused_is_worked_out_again() -> None:
    read: list[str | None] = []

    @once_a_text
    def refuse(text: str | None) -> None:
        read.append(text)
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            refuse("a")
    assert len(read) == 2
