"""A whole trial with simulated participants, run through the same code as a real one."""
