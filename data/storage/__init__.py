"""Tables, migrations, audit trail, keys, roles, signals and backup: the only SQL and crypto."""
