"""Replies that stand ready in each language, and macros that do several things at once."""
