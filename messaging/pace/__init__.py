"""How fast a biller answers, and what may honestly be promised of the next answer."""
