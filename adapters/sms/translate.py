"""Turns messages into the gateway's, and its answers into what became of them. Knows nothing of HTTP."""

from adapters.sms.wire import Answer, MessageOnTheWire
from gateway.domain.failure import Source, SourceIncoherent
from gateway.domain.messages import Message, Sending

SMS = Source.SMS


def message_from(message: Message) -> MessageOnTheWire:
    return MessageOnTheWire(reference=message.reference, national_code=message.person.digits, text=message.text)


def sending_from(said: Answer, message: Message) -> Sending:
    """Raises SourceIncoherent for the receipt of another message."""
    if said.result == "NO_NUMBER":
        return Sending.NO_NUMBER
    if said.message is None or said.message.reference != message.reference:
        raise SourceIncoherent(SMS, "the receipt of another message")
    return Sending.TAKEN
