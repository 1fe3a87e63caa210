"""The conversation on an invoice: one thread each, written by the customer and the staff."""
