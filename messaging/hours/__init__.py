"""When a biller's customer service is open."""
