"""What people see: one folder a user, and the terminal; besides app.py the only user of the web."""
