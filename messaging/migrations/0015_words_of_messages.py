"""The index of words goes by biller."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0014_billers_of_messages")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="biller",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="invoices.biller",
            ),
        ),
        migrations.RemoveIndex(model_name="message", name="message_words"),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("biller"),
                    models.F("text"),
                    function="nota_words_of",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="message_words",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["biller", "-id"], name="message_newest"),
        ),
    ]
