"""The schema as text: what `schema.graphql` holds and `tamin-gateway schema` prints."""

from gateway.schema import build_schema


def sdl() -> str:
    return build_schema().as_str().rstrip() + "\n"
