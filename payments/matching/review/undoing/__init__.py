"""Taking a booking back by reversing transfers."""
