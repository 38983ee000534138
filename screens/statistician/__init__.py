"""The statistician's pages: blinded review, analysis plan, outcomes and unblinding."""
