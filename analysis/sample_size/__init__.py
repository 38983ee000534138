"""How many participants a design needs, and the power that a number of them gives, in closed form."""
