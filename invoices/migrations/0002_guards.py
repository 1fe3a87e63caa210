"""What PostgreSQL itself holds: append-only tables, issued invoices as issued, running totals."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION nota_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def refuse(table: str) -> str:
    return f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION nota_refuse_change();
CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION nota_refuse_change();
"""


def unrefuse(table: str) -> str:
    return f"""
DROP TRIGGER {table}_append_only ON {table};
DROP TRIGGER {table}_not_emptied ON {table};
"""


TABLES = (
    "invoices_transfer",
    "invoices_historyentry",
    "invoices_invoiceline",
    "invoices_adjustment",
    "invoices_instalment",
)

# Of an issued invoice only the due date in force moves.
AS_ISSUED = """
CREATE FUNCTION nota_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before invoices_invoice := OLD;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before.due_on := NEW.due_on;
        IF before IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an issued invoice never changes: issue a credit or debit document'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER invoices_invoice_as_issued BEFORE UPDATE OR DELETE ON invoices_invoice
    FOR EACH ROW EXECUTE FUNCTION nota_as_issued();
"""

# Locks in order of id, so that two sets of transfers never wait for each other.
TOTALS = """
CREATE FUNCTION nota_keep_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM invoices_account
        WHERE kind IN ('receivable', 'credit')
        AND id IN (SELECT debit_id FROM posted UNION SELECT credit_id FROM posted)
        ORDER BY id FOR NO KEY UPDATE;
    UPDATE invoices_account a
        SET debit_minor = a.debit_minor + t.debits, credit_minor = a.credit_minor + t.credits
        FROM (
            SELECT account_id, sum(debit) AS debits, sum(credit) AS credits FROM (
                SELECT debit_id AS account_id, amount_minor AS debit, 0 AS credit FROM posted
                UNION ALL
                SELECT credit_id, 0, amount_minor FROM posted
            ) sides GROUP BY account_id
        ) t
        WHERE a.id = t.account_id AND a.kind IN ('receivable', 'credit');
    RETURN NULL;
END $$;
CREATE TRIGGER invoices_transfer_totals AFTER INSERT ON invoices_transfer
    REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT EXECUTE FUNCTION nota_keep_totals();
"""

CACHE = """
CREATE TABLE nota_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX nota_cache_expires ON nota_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION nota_refuse_change()"),
        *(migrations.RunSQL(refuse(table), unrefuse(table)) for table in TABLES),
        migrations.RunSQL(
            AS_ISSUED,
            "DROP TRIGGER invoices_invoice_as_issued ON invoices_invoice;"
            "DROP FUNCTION nota_as_issued()",
        ),
        migrations.RunSQL(
            TOTALS,
            "DROP TRIGGER invoices_transfer_totals ON invoices_transfer;"
            "DROP FUNCTION nota_keep_totals()",
        ),
        migrations.RunSQL(CACHE, "DROP TABLE nota_cache"),
    ]
