"""How far a result holds: what has to be added to imputed values before its conclusion changes."""
