"""Pictures of every page in every state: ``uv run python -m tests.screens``."""
