"""P values of several hypotheses, adjusted: one family, or a graph that says who inherits whose level."""
