"""What was observed: records, the measures derived from them, and where both are kept."""
