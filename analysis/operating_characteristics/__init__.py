"""How a design would fare: thousands of simulated trials, their analyses, and what these get right and wrong."""
