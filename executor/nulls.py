"""Errors of an answer and the nulls that stand for them: in the nearest place that may be null, from a failure upwards.

What a null has taken is asked for no more, and of errors at or below a place only the one that made it null is told.
"""

from collections.abc import Sequence

from graphql import GraphQLError

from executor.contacts import located_error, relocated
from executor.frames import Below, Frame, Position, container
from executor.selection import FieldPlan


class Nulls:
    """`lost`: the whole answer became null."""

    def __init__(self) -> None:
        self.lost = False
        self._errors: list[tuple[GraphQLError, Position | None]] = []
        self._nulled: set[Position] = set()

    def errors(self) -> list[GraphQLError]:
        """Those whose place still stands in the answer: one above it may have become null later."""
        if self.lost or len(self._errors) < 2:
            return [error for error, _ in self._errors]
        return [error for error, position in self._errors if position is None or not self._is_hidden(position)]

    def standing(self, frame: Frame) -> Sequence[int]:
        """The objects of a frame that no null has taken from the answer."""
        everyone, above, field = range(len(frame.sources)), frame.above, frame.field
        if not self._nulled or above is None or field is None:
            return everyone
        return [i for i in everyone if not self.is_nulled(above, frame.at[i], field.key, frame.below[i])]

    def deny(self, frame: Frame, field: FieldPlan) -> None:
        """A field that the plan denies, for all objects of the frame."""
        assert field.denial is not None  # noqa: S101
        for i in range(len(frame.sources)):
            self._null(relocated(field.denial, [*frame.path(i), field.key]), frame, field, i, ())

    def fail(self, error: Exception, frame: Frame, field: FieldPlan, i: int, below: Below) -> None:
        """What was to stand there cannot."""
        self._null(located_error(error, field.nodes, [*frame.path(i), field.key, *below]), frame, field, i, below)

    def _null(self, error: GraphQLError, frame: Frame, field: FieldPlan, i: int, below: Below) -> None:
        """Null in the nearest place that may be, from here upwards."""
        while True:
            for depth in range(len(below), -1, -1):
                if field.nullable[depth]:
                    if not self.add(error, frame, i, field.key, below[:depth]):
                        return
                    holder, key = container(frame.outs[i], field.key, below[:depth])
                    holder[key] = None
                    return
            if frame.above is None or frame.field is None:
                if not self.lost:
                    self.lost = True
                    self._errors = [(error, None)]
                return
            field, i, below, frame = frame.field, frame.at[i], frame.below[i], frame.above

    def add(self, error: GraphQLError, frame: Frame, i: int, key: str, below: Below) -> bool:
        """Adds the error, unless the place, or one above it, is null by another already."""
        if self.is_nulled(frame, i, key, below):
            return False
        self._nulled.add((frame, i, key, below))
        self._errors.append((error, (frame, i, key, below)))
        return True

    def is_nulled(self, frame: Frame, i: int, key: str, below: Below) -> bool:
        if self.lost or not self._nulled:
            return self.lost
        while True:
            for depth in range(len(below) + 1):
                if (frame, i, key, below[:depth]) in self._nulled:
                    return True
            if frame.above is None or frame.field is None:
                return False
            key, below, frame, i = frame.field.key, frame.below[i], frame.above, frame.at[i]

    def _is_hidden(self, position: Position) -> bool:
        """Whether a place above this one is null."""
        frame, i, key, below = position
        if any((frame, i, key, below[:depth]) in self._nulled for depth in range(len(below))):
            return True
        above, field = frame.above, frame.field
        return above is not None and field is not None and self.is_nulled(above, frame.at[i], field.key, frame.below[i])
