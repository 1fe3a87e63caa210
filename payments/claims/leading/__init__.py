"""A drawn payment whose reference alone did not find its invoice: the claim knows it."""
