"""Payer numbers and KIDs: which customer of a biller a number of the bank means. Pure.

An Autogiro payer number is made of the customer's serial, two digits that count the customer's
mandates, and a check digit. In internet banks people also type what stands on their invoice.
"""

from typing import Final

from invoices.documents.references import mod10

MOST_MANDATES: Final = 99


def payer_number(customer_serial: int, mandate_no: int) -> str:
    """The number of a customer's n-th mandate: digits, at most 16, no leading zero."""
    body = f"{customer_serial}{(mandate_no - 1) % MOST_MANDATES + 1:02d}"
    return body + mod10(body)


def serial_of(number: str) -> int | None:
    """The customer's serial in a payer number of ours; None where it cannot be one."""
    if len(number) < 4 or mod10(number[:-1]) != number[-1]:
        return None
    return int(number[:-3])


def customer_part(serial: int, digits: int) -> str:
    """What names the customer in a KID: the serial, with zeros before it."""
    return str(serial).zfill(digits)
