"""Room on each page of accounts for their next running totals, so that no index changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("invoices", "0003_intake_file")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE invoices_account SET (fillfactor = 50)",
            "ALTER TABLE invoices_account RESET (fillfactor)",
        ),
    ]
