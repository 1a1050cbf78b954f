"""What a document may not exceed, and that finding out is cheap."""

import pytest
from graphql import parse

from gateway.domain.refusal import Refused
from gateway.operation.extent import check_tree
from gateway.operation.limits import DocumentLimits, check_text

SMALL = DocumentLimits(
    size=200, nesting=5, depth=3, fields=12, root_fields=4, repeats=3, aliases=2, directives=2, tokens=100, spreads=3
)


def refusal_of(text: str) -> str | None:
    try:
        check_text(text, SMALL)
        check_tree(parse(text), SMALL)
    except Refused as refused:
        return refused.message
    return None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{ a { b { c } } }", None),
        ("{ a { b { c { d } } } }", "The operation has more than 3 levels of fields."),
        ("{ a { ...F } } fragment F on T { b { c { d } } }", "The operation has more than 3 levels of fields."),
        ("{ a b c d }", None),
        ("{ a b c d e }", "The operation has more than 4 fields at its root."),
        ("{ a b ...F } fragment F on T { c d e }", "The operation has more than 4 fields at its root."),
        ("{ a a a }", None),
        ("{ a a a a }", "The operation has more than 3 mentions of one field in one place."),
        (
            "{ x { a a } ... { x { a } ... on T { x { a } } } }",
            "The operation has more than 3 mentions of one field in one place.",
        ),
        ("{ x: a y: b }", None),
        ("{ x: a y: b z: c }", "The operation has more than 2 aliases."),
        ("query @a @b { c }", None),
        ("query @a @b { c @d }", "The operation has more than 2 directives."),
        ("{ a @a ... @b { c } ...F @c } fragment F on T { d }", "The operation has more than 2 directives."),
        (
            "{ a { ...F } b { ...F } c { ...F } d } fragment F on T { e f g }",
            "The operation has more than 12 fields, with its fragments spread out.",
        ),
        ("{ a } fragment F on T { b { c { d { e } } } }", "The operation has more than 3 levels of fields."),
        ("{ ...F } fragment F on T { a { ...F } }", "The fragment 'F' spreads itself, by itself or through others."),
        ("{ ...F } fragment F on T { ...F a }", "The fragment 'F' spreads itself, by itself or through others."),
        (
            "{ a } fragment E on T { ...G } fragment G on T { ... { a { ...H } } } fragment H on T { ...G }",
            "The fragment 'G' spreads itself, by itself or through others.",
        ),
        ("{ ...F a { ...F ...F } } fragment F on T { b }", None),
        ("{ ...F a { ...F ...F } ...F } fragment F on T { b }", "The document spreads fragments more than 3 times."),
        (
            "{ ...F } fragment F on T { ...G ...G } fragment G on T { a ... { ...H } } fragment H on T { a }",
            "The document spreads fragments more than 3 times.",
        ),
        ("{ ...Nowhere a }", None),
        ("{ a(b: [[[[[1]]]]]) }", "The document is nested deeper than 5 levels."),
        ('{ a(b: "[[[[[[[[[[") }', None),
        ('{ a(b: """ [[[ \\""" [[[[[[ """) }', None),
        ("{ a # [[[[[[[[[\n }", None),
        ("{ a }" + " " * 200, "The document is larger than 200 bytes."),
        ('{ a(b: "' + "ک" * 100 + '") }', "The document is larger than 200 bytes."),
    ],
)
def test_each_limit_holds_and_says_which_it_is(text: str, said: str | None) -> None:
    assert refusal_of(text) == said


@pytest.mark.parametrize(
    "text",
    [
        '"\\"' * 20_000,
        '"' * 60_000,
        '""""' * 16_000,
        '"""\\' * 16_000,
        '"""' + '\\"""' * 15_000,
        "#" * 65_000,
        '"a\n' * 20_000,
    ],
)
@pytest.mark.timeout(60)  # a quadratic scan takes minutes
def test_the_scan_of_a_hostile_text_is_linear(text: str) -> None:
    check_text(text, DocumentLimits())


@pytest.mark.timeout(60)  # spread out it would take longer than anybody lives
def test_a_fan_of_fragments_is_refused_before_it_is_spread_out() -> None:
    levels = 25
    fan = "".join(f"fragment F{i} on T {{ x {{ ...F{i + 1} }} y {{ ...F{i + 1} }} }} " for i in range(levels))
    document = parse(f"{{ ...F0 }} {fan} fragment F{levels} on T {{ z }}")
    with pytest.raises(Refused, match="more than 5000 fields"):
        check_tree(document, DocumentLimits())
