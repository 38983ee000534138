"""Looks at the data before the end: boundaries, what a look says, and what it leaves to hope for."""
