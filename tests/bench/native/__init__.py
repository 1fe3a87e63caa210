"""The house's pages through Django's own ASGI handler, for the page room to compare with."""
