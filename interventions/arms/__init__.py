"""How each trial arm fills the stages of the loop, one file an arm."""
