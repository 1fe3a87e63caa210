"""Draws are planned for what is open, and follow what becomes of the invoices."""
