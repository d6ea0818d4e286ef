"""One module a format. Each takes the frozen values of `reports.content` and nothing else."""
