"""Files that were sent stay as they were sent, as the messages they came with."""

from django.db import migrations

TABLES = ("messaging_attachment", "messaging_storedfile")
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
    f"DROP TRIGGER {table}_append_only ON {table};DROP TRIGGER {table}_not_emptied ON {table};"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0005_files"),
        ("invoices", "0002_guards"),
    ]

    operations = [migrations.RunSQL(REFUSE, UNREFUSE)]
