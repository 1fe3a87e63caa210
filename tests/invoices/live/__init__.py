"""Tests of the live page: real NOTIFY, real sockets."""
