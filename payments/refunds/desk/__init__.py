"""The page on which finance pays credit back."""
