"""What templates need to write money, dates and icons."""
