"""However an operation is spelt, it costs what its tree costs, counted by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.operation.cost import Cost
from tests.operation.limits.test_cost import cost


@dataclass(frozen=True)
class Users:
    """Some users, and what is selected of each. `how` is the field; `size` is how many there are."""

    how: str
    size: int
    age: bool
    friends: "Users | None"

    def counted(self, asked: int) -> tuple[int, int]:
        """Types and fields, of `asked` times this field."""
        many = asked * self.size
        types, fields = many, asked
        if self.how == "page":
            types, fields = asked + many, 10 * asked + asked  # the page, then its nodes
        fields += 2 * many if self.age else 0
        if self.friends:
            more_types, more_fields = self.friends.counted(many)
            return types + more_types, fields + more_fields
        return types, fields


def friends_of(below: st.SearchStrategy[Users | None]) -> st.SearchStrategy[Users | None]:
    return st.one_of(st.none(), st.builds(Users, st.just("friends"), st.just(5), st.booleans(), below))


friends = friends_of(friends_of(friends_of(st.none())))
roots = st.lists(
    st.builds(Users, st.sampled_from(["users", "some", "page", "byIds"]), st.integers(0, 40), st.booleans(), friends),
    min_size=1,
    max_size=4,
)


@dataclass
class Speller:
    """Writes a tree down, in ways that the draws choose."""

    draw: st.DrawFn
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)

    def operation(self, trees: Sequence[Users]) -> str:
        body = " ".join(f"a{n}: {self.field(tree)}" for n, tree in enumerate(trees))
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self.variables.items())
        return f"query {f'({declared})' if declared else ''} {{ {body} }} " + " ".join(self.fragments)

    def field(self, tree: Users) -> str:
        said = self.selection(tree)
        if tree.how == "friends":
            return f"friends {said}"
        if tree.how == "byIds":
            return f"byIds(ids: {self.value('[ID!]!', ['x'] * tree.size)}) {said}"
        argument = {"users": "max", "some": "first", "page": "first"}[tree.how]
        below = f"{{ nodes {said} }}" if tree.how == "page" else said
        return f"{tree.how}({argument}: {self.value('Int', tree.size)}) {below}"

    def value(self, kind: str, value: Any) -> str:
        if self.draw(st.booleans()):
            name = f"v{len(self.variables)}"
            self.variables[name] = (kind, value)
            return f"${name}"
        return str(value).replace("'", '"')

    def selection(self, tree: Users) -> str:
        parts = ["name", *(["age"] if tree.age else []), *([self.field(tree.friends)] if tree.friends else [])]
        written = []
        for part in parts:
            match self.draw(st.sampled_from(["plain", "plain", "inline", "on", "fragment", "twice", "included"])):
                case "inline":
                    written.append(f"... {{ {part} }}")
                case "on":
                    written.append(f"... on User {{ {part} }}")
                case "fragment":
                    name = f"F{len(self.fragments)}"
                    self.fragments.append(f"fragment {name} on User {{ {part} }}")
                    written += [f"...{name}"] * self.draw(st.integers(1, 2))
                case "twice":
                    written += [part, f"... on Thing {{ ... on User {{ {part} }} }}"]
                case "included":
                    written += [f"... @include(if: true) {{ {part} }}", "z: age @skip(if: true)"]
                case _:
                    written.append(part)
        return "{ " + " ".join(written) + " }"


@st.composite
def spelt(draw: st.DrawFn) -> tuple[list[Users], str, dict[str, Any]]:
    trees = draw(roots)
    speller = Speller(draw)
    text = speller.operation(trees)
    return trees, text, {name: value for name, (_, value) in speller.variables.items()}


@given(spelt())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_spelling_of_an_operation_costs_the_same(operation: tuple[list[Users], str, dict[str, Any]]) -> None:
    trees, text, variables = operation
    counted = [tree.counted(1) for tree in trees]
    assert cost(text, **variables) == Cost(1 + sum(c[0] for c in counted), sum(c[1] for c in counted)), text
