"""The demo: a seeded house, its processes, and the room it is controlled from."""
