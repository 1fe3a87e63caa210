"""How fast each room is, beside the floor measured in the same run."""
