"""A person does not want one draw, wants it after all, or wants to pay now instead."""
