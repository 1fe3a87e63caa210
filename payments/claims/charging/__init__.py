"""Draws that are asked for over an API: asked, followed, taken back, booked."""
