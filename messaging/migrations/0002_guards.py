"""Messages are append-only, as the history that tells of them is."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER messaging_message_append_only BEFORE UPDATE OR DELETE ON messaging_message
    FOR EACH ROW EXECUTE FUNCTION nota_refuse_change();
CREATE TRIGGER messaging_message_not_emptied BEFORE TRUNCATE ON messaging_message
    FOR EACH STATEMENT EXECUTE FUNCTION nota_refuse_change();
"""
UNREFUSE = """
DROP TRIGGER messaging_message_append_only ON messaging_message;
DROP TRIGGER messaging_message_not_emptied ON messaging_message;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0001_initial"),
        ("invoices", "0002_guards"),
    ]

    operations = [migrations.RunSQL(REFUSE, UNREFUSE)]
