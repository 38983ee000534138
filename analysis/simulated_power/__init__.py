"""Power by simulation of any estimator: what is true, who is seen, and what the estimator then claims."""
