"""What is at the bank already is taken back, while there is time."""
