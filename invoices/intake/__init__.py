"""Invoices from a file: read whole, checked whole, issued all or not at all."""
