"""Conversations of one customer that are answered as one. Each keeps its own history."""
