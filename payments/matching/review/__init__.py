"""Review: what people decide of payments that waited, and how good the matcher was."""
