"""Every table of Noor. A change here needs a migration beside it: `noor migrate --new <name>` writes one, a test compares the two."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

KEPT = sa.Table(
    "kept", METADATA,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("changed_at", sa.Float, nullable=False, index=True),
)  # fmt: skip

# What was said in a talk, a row a message: writing all of it at every turn cost more than the turn.
SAID = sa.Table(
    "said", METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)  # fmt: skip
