"""What the bank says of claims, and the money that settles them."""
