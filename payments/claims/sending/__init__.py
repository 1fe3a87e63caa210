"""Notice is given, and the bank is asked: what is due goes out in files."""
