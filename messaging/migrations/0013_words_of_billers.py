"""Words are looked for within a biller: in the index each carries whose it is."""

import django.db.models.deletion
from django.db import migrations, models

# A word of a message as the index knows it: '12/faktura'. Two functions, so that what is kept and
# what is asked for are made alike. A word of a kilobyte is no word anybody looks for.
MAKE = r"""
CREATE FUNCTION nota_words_of(biller bigint, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 3000 AS $$
    SELECT coalesce(
        string_agg(
            '''' || biller || '/' || replace(replace(lexeme, '\', '\\'), '''', '''''')
                || ''':' || array_to_string(positions, ','),
            ' '
        ),
        ''
    )::tsvector
    FROM unnest(to_tsvector('simple'::regconfig, body)) WHERE octet_length(lexeme) <= 1000
$$;
CREATE FUNCTION nota_asked_of(biller bigint, asked tsquery) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(
        asked::text, '''((?:[^'']|'''')*)''', '''' || biller || '/\1''', 'g'
    )::tsquery
$$;
"""
UNMAKE = """
DROP FUNCTION nota_asked_of(bigint, tsquery);
DROP FUNCTION nota_words_of(bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0012_aims_and_incidents"),
        ("invoices", "0018_payout"),
    ]

    operations = [
        migrations.RunSQL(MAKE, UNMAKE),
        migrations.AddField(
            model_name="message",
            name="biller",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="invoices.biller",
            ),
        ),
    ]
