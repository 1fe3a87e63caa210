"""Invoices and receipts on paper: made from the facts, tagged, and the record kept as made."""
