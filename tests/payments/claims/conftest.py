"""Simulated services for the draws that are asked for over an API."""

from tests.payments.providers.conftest import _simulators, playground

__all__ = ["_simulators", "playground"]
