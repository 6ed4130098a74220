"""`python -m bench`: what Noor costs, beside plain Rasa, in one run. Ratios hold where seconds do not."""
