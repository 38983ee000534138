"""The protocol as readable text for everyone: what is confidential is left out.

SPIRIT 2025 item 21b: block sizes belong in a restricted annex, so they are not in this text, and
nor is anything drawn from a seed.
"""

from protocols.design import Protocol


def public_protocol_text(protocol: Protocol) -> str:
    """Write a protocol as Markdown that also reads well as plain text."""
    return protocol.title
