"""Answers that are not sent yet: drafts of each agent, and what can still be taken back."""
