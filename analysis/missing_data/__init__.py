"""What is missing, and what stands for it: patterns, strategies, imputation, pooling."""
