"""What a client writes wrongly, and that no error says it back."""

from typing import Any

import pytest

PERSON = "query Q($id: NationalId!) { person(nationalId: $id) { nationalId } }"
WRONG = "0013542418"


def answer(result: Any) -> dict[str, Any]:
    (error,) = result.errors
    return dict(error.formatted)


@pytest.mark.parametrize("written", ["۰۰۱۳۵۴۲۴۱۹", "٠٠١٣٥٤٢٤١٩", " 0013542419 "])
async def test_persian_and_arabic_digits_are_digits(world: Any, written: str) -> None:
    result = await world.run(PERSON, id=written)
    assert result.data["person"]["nationalId"] == "0013542419"
    result = await world.run(f'{{ person(nationalId: "{written}") {{ nationalId }} }}')
    assert result.data["person"]["nationalId"] == "0013542419"


@pytest.mark.parametrize("wrong", [WRONG, "۰۰۱۳۵۴۲۴۱۸", 13542418, True, ["13542418"], {"code": "13542418"}])
async def test_a_wrong_code_in_a_variable_is_bad_input_and_not_repeated(world: Any, wrong: Any) -> None:
    error = answer(await world.run(PERSON, id=wrong))
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "$id" in error["message"]
    assert "13542418" not in str(error)
    assert "۱۳۵۴۲۴۱۸" not in str(error)


@pytest.mark.parametrize(
    "wrong", [f'"{WRONG}"', '"۰۰۱۳۵۴۲۴۱۸"', "13542418", "E13542418", '["13542418"]', '{c: "13542418"}']
)
async def test_a_wrong_code_in_the_document_is_bad_input_and_not_repeated(world: Any, wrong: str) -> None:
    error = answer(await world.run(f"{{ person(nationalId: {wrong}) {{ nationalId }} }}"))
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error["locations"]
    assert "13542418" not in error["message"]
    assert "۱۳۵۴۲۴۱۸" not in error["message"]


@pytest.mark.parametrize(
    ("argument", "wrong"),
    [("from", "1399-13"), ("from", "1399"), ("to", "پاییز"), ("kind", "NOBLE")],
)
async def test_a_wrong_month_or_kind_is_refused(world: Any, argument: str, wrong: str) -> None:
    kind = "InsuranceKind" if argument == "kind" else "YearMonth"
    result = await world.run(
        f"query Q($it: {kind}) {{ me {{ contributionRecords({argument}: $it) {{ complete }} }} }}", it=wrong
    )
    assert "$it" in answer(result)["message"]


@pytest.mark.parametrize(("code", "branch"), [("007001234", "0070"), ("0070012345", "70"), ("کارگاه", "0070")])
async def test_workshops_and_branches_have_all_their_digits(world: Any, code: str, branch: str) -> None:
    result = await world.run(f'{{ workshop(code: "{code}", branch: "{branch}") {{ name }} }}')
    assert answer(result)["extensions"] == {"code": "BAD_USER_INPUT"}
    assert world.asked == []
