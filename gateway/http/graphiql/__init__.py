"""GraphiQL for people who write queries: a page, and the files it needs, all of them our own.

`GraphiqlPage` answers a browser; `static_routes` serves its script and style sheet. Nothing is asked of any other host.
"""

from gateway.http.graphiql.examples import EXAMPLES, Example
from gateway.http.graphiql.files import static_routes
from gateway.http.graphiql.page import GraphiqlPage, GraphiqlSettings, NamedPerson, page

__all__ = ["EXAMPLES", "Example", "GraphiqlPage", "GraphiqlSettings", "NamedPerson", "page", "static_routes"]
