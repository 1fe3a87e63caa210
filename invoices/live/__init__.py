"""The live page: a doorbell through PostgreSQL, a fan-out per process, a socket per open page."""
