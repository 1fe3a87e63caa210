"""Step-up codes: six digits to an address on file, for what a link alone does not open."""
