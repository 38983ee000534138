"""Who gets which arm: designs, the draw, concealment, allocation and its re-derivation."""
