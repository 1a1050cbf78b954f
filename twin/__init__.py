"""A stateful, deterministic stand-in of the four back offices, speaking their own wires on loopback.

Knows neither the gateway nor its adapters: what both agree on is written in docs/systems/, and nowhere else.
"""
