"""Each failure gets one public face, which says what to do and gives nothing away."""

from typing import Any

import pytest
from graphql import GraphQLError
from structlog.testing import capture_logs

from gateway.domain.failure import (
    CircuitOpen,
    Code,
    DeadlineExceeded,
    Source,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceTimeout,
    SourceWithheld,
)
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.refusal import Refused
from gateway.operation.answers import field_errors, request_errors
from gateway.operation.masking import masked
from gateway.operation.sentences import ENGLISH, PERSIAN, language_of

SECRET = "0013542419"


def face(error: BaseException, language: str = "en") -> dict[str, Any]:
    located = GraphQLError(str(error), path=["person", "identity"], original_error=error)  # type: ignore[arg-type]
    [face] = field_errors([located], language)
    return face


@pytest.mark.parametrize(
    ("failure", "extensions"),
    [
        (
            SourceTimeout(Source.BANK_REFAH, SECRET),
            {"code": "SOURCE_TIMEOUT", "source": "BANK_REFAH", "retryable": True},
        ),
        (
            SourceRefusedUs(Source.BANK_REFAH, SECRET),
            {"code": "SOURCE_UNAVAILABLE", "source": "BANK_REFAH", "retryable": False},
        ),
        (
            SourceIncoherent(Source.CIVIL_REGISTRY, SECRET),
            {"code": "SOURCE_UNAVAILABLE", "source": "CIVIL_REGISTRY", "retryable": False},
        ),
        (
            SourceQuota(Source.CIVIL_REGISTRY, SECRET, retry_after=3_599.01),
            {"code": "SOURCE_QUOTA", "source": "CIVIL_REGISTRY", "retryable": True, "retryAfter": 3_600},
        ),
        (
            CircuitOpen(Source.BRANCH_DATABASES, SECRET, retry_after=-1, branch=BranchCode("0070")),
            {
                "code": "CIRCUIT_OPEN",
                "source": "BRANCH_DATABASES",
                "branch": "0070",
                "retryable": True,
                "retryAfter": 0,
            },
        ),
        (
            SourceWithheld(Source.CIVIL_REGISTRY, SECRET),
            {"code": "FORBIDDEN", "source": "CIVIL_REGISTRY", "retryable": False},
        ),
        (
            DeadlineExceeded(Source.LABOUR_MINISTRY, SECRET),
            {"code": "DEADLINE_EXCEEDED", "source": "LABOUR_MINISTRY", "retryable": True},
        ),
    ],
)
def test_a_failing_source_is_named_with_what_to_do(failure: SourceFailure, extensions: dict[str, Any]) -> None:
    assert face(failure) == {
        "message": ENGLISH[failure.code],
        "path": ["person", "identity"],
        "extensions": extensions,
    }


def test_anything_else_is_ours_and_is_logged_without_its_words() -> None:
    def breaks(national_id: str) -> None:
        raise KeyError(national_id)

    try:
        breaks(SECRET)
    except KeyError as error:
        raised = error
    with capture_logs() as lines:
        said = face(raised, "fa")
    assert said["message"] == PERSIAN[Code.INTERNAL]
    assert said["extensions"] == {"code": "INTERNAL", "retryable": False}
    [line] = lines
    assert line["exception"] == "KeyError"
    assert line["trace"][-1].endswith("breaks")
    assert SECRET not in repr(line)


def test_graphql_s_own_complaint_about_a_result_is_ours_too() -> None:
    wrong = GraphQLError(f"Int cannot represent non 32-bit signed integer value: {SECRET}", path=["count"])
    [said] = field_errors([wrong], "en")
    assert said["extensions"]["code"] == "INTERNAL"
    assert SECRET not in said["message"]


def test_an_error_that_our_own_scalar_words_keeps_its_words() -> None:
    own = GraphQLError("Rial must be a string of digits", extensions={"code": "BAD_USER_INPUT"})
    wrapped = GraphQLError(f"Variable '$r' has invalid value at .amount: {own.message}", original_error=own)
    [said] = request_errors([wrapped], "en")
    assert said["message"] == "Variable '$r' has invalid value at .amount: Rial must be a string of digits"
    assert said["extensions"] == {"code": "BAD_USER_INPUT", "retryable": False}


def test_a_refusal_other_than_of_input_says_the_sentence_of_its_code() -> None:
    assert face(Refused(Code.FORBIDDEN, "not your workshop"))["message"] == ENGLISH[Code.FORBIDDEN]
    assert face(Refused(Code.BAD_USER_INPUT, "first must be at most 100"))["message"] == "first must be at most 100"


@pytest.mark.parametrize(
    "message",
    [
        f"Expected value of type 'NationalId', found {SECRET}.",
        f"Enum 'Kind' cannot represent value: '{SECRET}'.",
        "Value 'Mohammadi' does not exist in 'Kind' enum.",
        "String cannot represent a non string value: {'name': 'Mohammadi'}",
        f"Variable '$v' has invalid value at .a[0].b: Int cannot represent non-integer value: '{SECRET}'",
        "Some new sentence about 'Mohammadi'.",
        f"Cannot query field 'x{SECRET}' on type 'Query'.",
        f"Syntax Error: Expected Name, found String '{SECRET}'.",
    ],
)
def test_what_is_not_known_to_be_free_of_values_is_rewritten(message: str) -> None:
    said = masked(GraphQLError(message))
    assert SECRET not in said
    assert "Mohammadi" not in said


def test_a_check_of_the_domain_is_told_only_by_the_domain() -> None:
    def from_domain() -> None:
        NationalId("1234567890")

    for raises, told in ((from_domain, True), (lambda: int("Mohammadi"), False), (lambda: _plain("Mohammadi"), False)):
        try:
            raises()
        except ValueError as error:
            said = masked(GraphQLError("Expected value of type 'NationalId', found …", original_error=error))
        assert ("valid check digit" in said) is told
        assert "Mohammadi" not in said


def _plain(text: str) -> None:
    raise ValueError(text)


def test_every_code_has_its_sentence_in_both_languages() -> None:
    assert set(ENGLISH) == set(PERSIAN) == set(Code)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "fa"),
        ("", "fa"),
        ("en", "en"),
        ("en-GB,fa;q=0.8", "en"),
        ("fa-IR, en;q=0.9", "fa"),
        ("de, en;q=0.1", "en"),
        ("en;q=0", "fa"),
        ("en;q=nonsense", "fa"),
        ("de", "fa"),
    ],
)
def test_the_language_is_the_one_that_the_client_reads_best(header: str | None, language: str) -> None:
    assert language_of(header) == language
