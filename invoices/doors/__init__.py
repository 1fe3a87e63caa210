"""The pages around links: coming in, codes, who has access, a customer's details and invoices."""
