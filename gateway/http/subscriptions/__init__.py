"""Subscriptions: server-sent events on POST /graphql, and a WebSocket (graphql-transport-ws) at the same address."""

from gateway.http.subscriptions.events import EventsOrAnswer
from gateway.http.subscriptions.socket import Sockets
from gateway.http.subscriptions.watching import Watching

__all__ = ["EventsOrAnswer", "Sockets", "Watching"]
