"""What can be asked for again by its id alone."""

import strawberry


@strawberry.interface(description="Something with an id of its own, good for `node`.")
class Node:
    id: strawberry.ID = strawberry.field(description="An opaque id; the same thing has the same id each time.")
