"""The administrator's pages: setting up a study and its users."""
