"""Lighthouse on the invoice page: ``uv run python -m tests.lighthouse``."""
