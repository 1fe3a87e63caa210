"""The biller's own questions and answers, offered to whoever is about to ask."""
