"""What a result estimates, in the words that results carry and reports look for."""

ADJUSTED_DIFFERENCE = "difference in adjusted means"
DIFFERENCE = "difference in means"
SUMMARY = "summary by arm"
