"""Keeping many conversations in order: views and paging, search, tags, snoozing, mentions."""
