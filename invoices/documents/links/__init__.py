"""Secret links: the ways in, how far each leads, who has one, and how it is closed."""
