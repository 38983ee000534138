"""One file a kind of sensor: each has a `DRIVER`, and is found because it lies here."""
