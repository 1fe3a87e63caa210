"""Expected: what customers say they have paid."""
