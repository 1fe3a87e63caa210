"""Mails are append-only as they came, and so is what became of them; proposals are never removed."""

from django.db import migrations

TABLES = ("messaging_incomingmail", "messaging_outcome")
REFUSE = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION nota_refuse_change();
CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION nota_refuse_change();
"""
    for table in TABLES
)
UNREFUSE = "".join(
    f"""
DROP TRIGGER {table}_append_only ON {table};
DROP TRIGGER {table}_not_emptied ON {table};
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0009_mail"),
        ("invoices", "0002_guards"),
    ]

    operations = [migrations.RunSQL(REFUSE, UNREFUSE)]
