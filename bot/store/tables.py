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

# One talk that waits for a person, is with one, or was. Times are seconds since 1970.
HANDOFFS = sa.Table(
    "handoffs", METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("talk", sa.String(64), nullable=False, index=True),        # the keyed hash of door and person
    sa.Column("state", sa.String(8), nullable=False, index=True),        # waiting, human, ended
    sa.Column("danger", sa.Integer, nullable=False),                     # 1: goes before the others
    sa.Column("returned", sa.Integer, nullable=False),                   # 1: her counsellor fell away, so she goes before the rest
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("asked_at", sa.Float, nullable=False),
    sa.Column("counsellor", sa.String(64)),
    sa.Column("claimed_at", sa.Float),
    sa.Column("alive_at", sa.Float),                                     # last sign of the counsellor's page in this talk
    sa.Column("acted_at", sa.Float),                                     # last word or key of the counsellor
    sa.Column("unanswered_at", sa.Float),                                # the person's first message that nobody has answered
    sa.Column("here_at", sa.Float),                                      # the person's page: when it was last seen
    sa.Column("away", sa.Integer, nullable=False),                       # 1: her page has closed
    sa.Column("told", sa.String(64), nullable=False),                    # notices given in the present state, comma after each
    sa.Column("lines", sa.Integer, nullable=False),                      # number of the last line
    sa.Column("brought", sa.Integer, nullable=False),                    # up to which line the person's side has been looked after
    sa.Column("asked_of", sa.String(64)),                                # the colleague who is asked to take it over
    sa.Column("ended_at", sa.Float, index=True),
    sa.Column("ended", sa.String(16)),                                   # handed_back, closed, left, hours, nobody, erased
    sa.Column("settled", sa.Integer, nullable=False),                    # 1: the person knows that it ended
    sa.Column("helped", sa.Integer),                                     # her answer to "did this help": 1, 0, or none
    sa.Column("data", sa.LargeBinary),                                   # encrypted: the summary she saw, and while it lasts her address
)  # fmt: skip

HANDOFF_LINES = sa.Table(
    "handoff_lines", METADATA,
    sa.Column("handoff", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),                   # 1, 2, 3 ... within a talk
    sa.Column("sender", sa.String(8), nullable=False),                   # person, human, note, noor
    sa.Column("message_id", sa.String(64), nullable=False),              # the sender's own id: the same one counts once
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),                   # encrypted: the words
    sa.UniqueConstraint("handoff", "sender", "message_id"),
)  # fmt: skip

# Who asked on Telegram to be told when the chat opens; erased when told.
REMINDERS = sa.Table(
    "reminders", METADATA,
    sa.Column("talk", sa.String(64), primary_key=True),
    sa.Column("due_at", sa.Float, nullable=False, index=True),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),                   # encrypted: the address
)  # fmt: skip

# Who is there to take a talk, in whatever helpdesk.
DUTY = sa.Table(
    "duty", METADATA,
    sa.Column("counsellor", sa.String(64), primary_key=True),
    sa.Column("seen_at", sa.Float, nullable=False),
)  # fmt: skip

# Counsellors, editors and managers who log in to the console.
USERS = sa.Table(
    "users", METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),                    # counsellor, editor, manager
    sa.Column("password", sa.String(255)),                               # argon2; none for who comes by OIDC
    sa.Column("totp", sa.LargeBinary),                                   # encrypted: the secret of the second factor
    sa.Column("totp_step", sa.BigInteger, nullable=False),               # the last code used: one counts once
    sa.Column("subject", sa.String(255), unique=True),                   # who she is at the organisation's OIDC provider
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("locked_until", sa.Float, nullable=False),
    sa.Column("disabled", sa.Integer, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
)  # fmt: skip

SESSIONS = sa.Table(
    "sessions", METADATA,
    sa.Column("id", sa.String(64), primary_key=True),                    # a hash of what stands in the cookie
    sa.Column("user", sa.String(64), nullable=False, index=True),
    sa.Column("stage", sa.String(8), nullable=False),                    # password: the second factor is still to come; full
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
)  # fmt: skip

# Who looked at which talk, and did what with accounts. Never erased by Noor.
AUDIT = sa.Table(
    "audit", METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("user", sa.String(64), nullable=False),
    sa.Column("what", sa.String(32), nullable=False),
    sa.Column("about", sa.String(64), nullable=False),
)  # fmt: skip

# How often something happened on a day, in a language: no words, no person.
COUNTS = sa.Table(
    "counts", METADATA,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("what", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("language", sa.String(8), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)  # fmt: skip
