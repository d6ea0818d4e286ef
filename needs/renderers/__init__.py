"""One module a format. Each takes the frozen values of `needs.gap_document` and nothing else."""
