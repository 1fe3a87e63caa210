"""How long there is to answer and to solve, counted in the biller's opening hours."""
