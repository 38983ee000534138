"""Signals and self-report to an estimate of affect with its uncertainty."""
