"""Who collects an invoice that was handed over."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("invoices", "0016_found_by_name"),
    ]

    operations = [
        migrations.AlterField(
            model_name='change',
            name='kind',
            field=models.CharField(choices=[('due_moved', 'due_moved'), ('split', 'split'), ('written_down', 'written_down'), ('disputed', 'disputed'), ('dispute_settled', 'dispute_settled'), ('to_collection', 'to_collection'), ('from_collection', 'from_collection'), ('cancelled', 'cancelled'), ('undone', 'undone')], max_length=16),
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.CharField(max_length=80)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('site', models.CharField(blank=True, max_length=200)),
                ('case_no', models.CharField(blank=True, max_length=40)),
                ('account', models.CharField(blank=True, max_length=40)),
                ('reference', models.CharField(blank=True, max_length=40)),
                ('change', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handover', to='invoices.change')),
            ],
        ),
        migrations.RunSQL(
            "CREATE TRIGGER invoices_handover_append_only BEFORE UPDATE OR DELETE"
            " ON invoices_handover FOR EACH ROW EXECUTE FUNCTION nota_refuse_change();"
            "CREATE TRIGGER invoices_handover_not_emptied BEFORE TRUNCATE ON invoices_handover"
            " FOR EACH STATEMENT EXECUTE FUNCTION nota_refuse_change();",
            "DROP TRIGGER invoices_handover_append_only ON invoices_handover;"
            "DROP TRIGGER invoices_handover_not_emptied ON invoices_handover;",
        ),
    ]
