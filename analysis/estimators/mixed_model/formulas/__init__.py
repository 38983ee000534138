"""From a formula and a table to the numbers of a mixed model, coded as R does.

`terms` reads the formula, `variables` the columns, `coding` makes design columns of both, `table` puts it together.
"""
