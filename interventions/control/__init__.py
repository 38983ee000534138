"""Affect and therapeutic aim to musical parameters, inside the therapist's bounds."""
