"""What an import asks of the books before it writes to them."""

from collections.abc import Sequence

from django.db import connection


def known_customers(biller_id: int, numbers: Sequence[str]) -> int:
    """How many of the customer numbers are customers of the biller."""
    sql = "SELECT number FROM invoices_customer WHERE biller_id = %s AND number = ANY(%s)"
    return len(_found(sql, biller_id, numbers))


def issued_numbers(biller_id: int, numbers: Sequence[str]) -> set[str]:
    """Those of the numbers that the biller has issued invoices under."""
    sql = "SELECT number FROM invoices_invoice WHERE biller_id = %s AND number = ANY(%s)"
    return _found(sql, biller_id, numbers)


def used_references(agreement_id: int, wanted: Sequence[str]) -> set[str]:
    """Those of the references that invoices under the agreement have."""
    sql = "SELECT reference FROM invoices_invoice WHERE agreement_id = %s AND reference = ANY(%s)"
    return _found(sql, agreement_id, wanted)


def _found(sql: str, owner_id: int, values: Sequence[str]) -> set[str]:
    asked = [value for value in values if value]
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(sql, [owner_id, asked])
        return {row[0] for row in cursor.fetchall()}
