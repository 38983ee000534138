"""Musical parameters to notes."""
