"""Every estimator on a plain CSV file, without a trial: `antiphon fit ...`, one command a file."""
