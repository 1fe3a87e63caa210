"""Booking: payments led to invoices, in sets, by the matcher and by people alike."""
