"""Frozen record types of what was observed, one file a domain."""
