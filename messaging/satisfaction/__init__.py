"""How a conversation went, as its customer says after it was closed."""
