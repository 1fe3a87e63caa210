"""The floor of the page room: the least that Django does for one query and 20 kB of rows."""
