"""From records to estimates to reports; knows no session, no sensor, no store and no screen."""
