"""A dataset and an estimand to an estimate, one file a statistical method."""
