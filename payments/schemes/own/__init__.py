"""What a biller has agreed on with its bank differently from the scheme's defaults."""
