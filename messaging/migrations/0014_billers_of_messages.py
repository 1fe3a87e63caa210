"""What has been written is its thread's biller's. The one time that messages are changed."""

from django.db import migrations

FILL = """
ALTER TABLE messaging_message DISABLE TRIGGER messaging_message_append_only;
UPDATE messaging_message m SET biller_id = t.biller_id
    FROM messaging_thread t WHERE t.id = m.thread_id AND m.biller_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE messaging_message ENABLE TRIGGER messaging_message_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0013_words_of_billers")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
