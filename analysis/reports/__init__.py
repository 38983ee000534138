"""Results to tables, figures, text, checklists and documents; computes nothing."""
