"""`noor user`: the first account of the console, and a way in for who lost her phone."""

from __future__ import annotations

import argparse
import sys
import time

from bot.accounts.sessions import Sessions
from bot.accounts.users import AccountError, Users
from bot.content.console_words import console_words
from bot.settings import Settings
from bot.store.kept import Kept, key_from


def run_user(args: argparse.Namespace, settings: Settings) -> int:
    """add, reset or list. 0 when done, 2 with one line for what a person can mend. Passwords are shown once and kept as a hash alone."""
    settings.data.mkdir(parents=True, exist_ok=True)
    kept = Kept(settings.database_url(), key_from(settings.key, settings.data))
    users, words, at = Users(kept), console_words(settings.root)["en"], time.time()
    try:
        if args.work == "list":
            for user in users.all():
                print(f"{user.name}\t{user.role}\t{'off' if user.disabled else 'on'}")
            return 0
        if args.work == "reset":
            if users.get(args.name) is None:
                raise AccountError("missing")
            print(f"{args.name}: new password {users.reset(args.name)}")
            Sessions(kept).end_all(args.name.lower())
            users.note("noor user", "account_reset", args.name, at)
            return 0
        role = args.role or ("counsellor" if any(u.role == "manager" for u in users.all()) else "manager")
        password = users.add(args.name, role, at, args.subject)
        users.note("noor user", "account_added", args.name, at)
        print(f"{args.name.lower()}: {role}" + (f", first password {password}" if password else ", logs in at the organisation"))
        print("Log in at /console. The second step is set up there, with an app for codes on a phone.")
        return 0
    except AccountError as error:
        print(f"{args.name}: {words[str(error)]}", file=sys.stderr)
        return 2
    finally:
        kept.close()
