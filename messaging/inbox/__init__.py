"""The inbox: who waits, the talk, and the invoice as the customer sees it, on one screen."""
