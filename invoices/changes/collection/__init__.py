"""Handing an overdue invoice to whoever collects it, and taking it back."""
