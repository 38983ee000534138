"""How fast, beside whom: prints one table, never fails a test."""
