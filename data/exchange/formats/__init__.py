"""How each format is told from the others and read; one module a format, no interpretation."""
