"""BankID, the bank's agreement page and Vipps for the tests of this room, each on real HTTP."""

from tests.payments.providers.conftest import _simulators, playground

__all__ = ["_simulators", "playground"]
