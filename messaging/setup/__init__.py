"""The pages on which administrators set the inbox up: replies, macros, tags, teams, rules."""
