"""The invoice as a living page: its own panels, its words and its views."""
