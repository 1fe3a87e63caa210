"""PDFs that are kept as they were made; PostgreSQL holds them so."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


APPEND_ONLY = """
CREATE TRIGGER invoices_storedpdf_append_only BEFORE UPDATE OR DELETE ON invoices_storedpdf
    FOR EACH ROW EXECUTE FUNCTION nota_refuse_change();
CREATE TRIGGER invoices_storedpdf_not_emptied BEFORE TRUNCATE ON invoices_storedpdf
    FOR EACH STATEMENT EXECUTE FUNCTION nota_refuse_change();
"""
CHANGEABLE = """
DROP TRIGGER invoices_storedpdf_append_only ON invoices_storedpdf;
DROP TRIGGER invoices_storedpdf_not_emptied ON invoices_storedpdf;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('invoices', '0011_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredPdf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issued', 'As issued'), ('issued-xml', 'As issued, with the invoice as XML')], max_length=10)),
                ('language', models.CharField(max_length=5)),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoices.invoice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('invoice', 'kind', 'language'), name='stored_pdf_once')],
            },
        ),
        # A PDF is compressed already: PostgreSQL need not try again.
        migrations.RunSQL(
            "ALTER TABLE invoices_storedpdf ALTER COLUMN content SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
