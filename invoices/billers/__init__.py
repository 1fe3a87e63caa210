"""Who sends the invoices, who works there, and what their pages look like."""
