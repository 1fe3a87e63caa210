"""Action cards: an agent proposes a change in the thread, and the customer accepts with one tap."""
