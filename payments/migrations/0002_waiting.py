"""Lines stay as they came: what waits stands apart, and a file knows how far it was judged."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('invoices', '0005_lean_indexes'),
        ('payments', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='waiting', serialize=False, to='payments.bankline')),
            ],
            options={
                'ordering': ['-line'],
            },
        ),
        migrations.RemoveIndex(
            model_name='bankline',
            name='bankline_to_judge',
        ),
        migrations.RemoveIndex(
            model_name='bankline',
            name='bankline_unmatched',
        ),
        migrations.AddField(
            model_name='bankfile',
            name='judged_to',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='bankline',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoices.payeeaccount'),
        ),
        migrations.AlterField(
            model_name='bankline',
            name='biller',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoices.biller'),
        ),
        migrations.AlterField(
            model_name='bankline',
            name='file',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='payments.bankfile'),
        ),
        migrations.AlterField(
            model_name='match',
            name='line',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='payments.bankline'),
        ),
        migrations.AddIndex(
            model_name='bankline',
            index=models.Index(fields=['file', 'id'], name='bankline_of_file'),
        ),
        migrations.AddField(
            model_name='waiting',
            name='biller',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoices.biller'),
        ),
        migrations.RunSQL(
            "INSERT INTO payments_waiting (line_id, biller_id)"
            " SELECT id, biller_id FROM payments_bankline WHERE verdict = 'unmatched';"
            "UPDATE payments_bankfile f SET judged_to = coalesce((SELECT max(id)"
            " FROM payments_bankline WHERE file_id = f.id AND verdict <> 'new'), 0)",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name='bankline',
            name='verdict',
        ),
        migrations.AddIndex(
            model_name='waiting',
            index=models.Index(fields=['biller', '-line'], name='waiting_of_biller'),
        ),
    ]
