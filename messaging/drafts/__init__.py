"""What a customer has begun to write and not yet sent."""
