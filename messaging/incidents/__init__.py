"""One thing that many customers ask about, answered once and told each in a thread of their own."""
