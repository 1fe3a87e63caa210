"""Matches carry their evidence; decisions, payers' accounts and expected payments are kept."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('invoices', '0013_links'),
        ('payments', '0003_providers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('booked', 'Led to invoices'), ('credit', 'Kept as credit'), ('not_ours', 'Not ours'), ('undone', 'Undone')], max_length=8)),
                ('automatic', models.BooleanField()),
                ('rule', models.CharField(blank=True, db_default='', max_length=40)),
                ('score', models.SmallIntegerField(null=True)),
                ('suggested', models.JSONField(db_default=[], default=list)),
                ('chosen', models.TextField(blank=True, db_default='')),
                ('rank', models.PositiveSmallIntegerField(null=True)),
                ('reason', models.CharField(blank=True, db_default='', max_length=20)),
                ('note', models.CharField(blank=True, db_default='', max_length=300)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Expected',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(editable=False, unique=True)),
                ('amount_minor', models.BigIntegerField()),
                ('paid_on', models.DateField()),
                ('until', models.DateField()),
                ('stated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('met_at', models.DateTimeField(null=True)),
                ('lapsed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='MatchingTerms',
            fields=[
                ('biller', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='invoices.biller')),
                ('said_paid_bank_days', models.PositiveSmallIntegerField(db_default=5, default=5)),
            ],
            options={
                'verbose_name_plural': 'matching terms',
            },
        ),
        migrations.CreateModel(
            name='PayerAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=40)),
                ('confirmed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Undone',
            fields=[
                ('match', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='undone', serialize=False, to='payments.match')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='match',
            name='match_once',
        ),
        migrations.AddField(
            model_name='match',
            name='automatic',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='match',
            name='evidence',
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='match',
            name='round',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='match',
            constraint=models.UniqueConstraint(fields=('line', 'invoice', 'round'), name='match_once'),
        ),
        migrations.AddField(
            model_name='decision',
            name='biller',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoices.biller'),
        ),
        migrations.AddField(
            model_name='decision',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='payments.bankline'),
        ),
        migrations.AddField(
            model_name='decision',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expected',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoices.invoice'),
        ),
        migrations.AddField(
            model_name='payeraccount',
            name='biller',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoices.biller'),
        ),
        migrations.AddField(
            model_name='payeraccount',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='invoices.customer'),
        ),
        migrations.AddField(
            model_name='payeraccount',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.bankline'),
        ),
        migrations.AddField(
            model_name='undone',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='undone', to='payments.decision'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['biller', '-id'], name='decision_of_biller'),
        ),
        migrations.AddIndex(
            model_name='expected',
            index=models.Index(condition=models.Q(('lapsed_at', None), ('met_at', None)), fields=['until'], name='expected_open'),
        ),
        migrations.AddConstraint(
            model_name='expected',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='expected_positive'),
        ),
        migrations.AddConstraint(
            model_name='payeraccount',
            constraint=models.UniqueConstraint(fields=('biller', 'account', 'customer'), name='payer_account_once'),
        ),
        migrations.RunSQL(
            "CREATE TRIGGER payments_decision_append_only"
            " BEFORE UPDATE OR DELETE ON payments_decision"
            " FOR EACH ROW EXECUTE FUNCTION nota_refuse_change();"
            "CREATE TRIGGER payments_decision_not_emptied"
            " BEFORE TRUNCATE ON payments_decision"
            " FOR EACH STATEMENT EXECUTE FUNCTION nota_refuse_change();",
            "DROP TRIGGER payments_decision_append_only ON payments_decision;"
            "DROP TRIGGER payments_decision_not_emptied ON payments_decision;",
        ),
    ]
