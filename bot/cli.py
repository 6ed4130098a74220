"""The command `noor`: serve, train, user, telegram, chat, understand, coach, eval, content. Exit code 2 with one clear line for what a person can mend."""

from __future__ import annotations

import argparse
import asyncio
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from bot.content import ContentError
from bot.settings import SettingError, Settings, from_environment

if TYPE_CHECKING:
    from bot.practice.coach import Coach


def main(argv: list[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")  # Rasa's scheduler, at import
    parser = argparse.ArgumentParser(prog="noor", description="Noor: answers about shame sexting, written and sourced.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="train when data changed, then serve every door")
    commands.add_parser("train", help="train the model when data changed")
    migrate = commands.add_parser("migrate", help="bring the database to the tables of this version; serve does so itself")
    migrate.add_argument("--new", metavar="NAME", help="for developers: write a migration for what changed in bot/store/tables.py")
    commands.add_parser("doctor", help="settings, words, model, hours, stores and clocks: what is wrong and what to do")
    for name, what in (("backup", "write everything that is kept to one encrypted file"), ("restore", "fill an empty database from a backup")):
        commands.add_parser(name, help=what).add_argument("file", type=Path)
    chat = commands.add_parser("chat", help="talk in this terminal")
    chat.add_argument(
        "--jsonl", action="store_true", help='read {"talk","text"|"tap","at"} lines, write {"talk","replies","answered_by"} lines'
    )
    understand = commands.add_parser("understand", help="what a first message in a new talk is taken for")
    understand.add_argument("--jsonl", action="store_true", help='read {"id","text"} lines from standard input')
    user = commands.add_parser("user", help="accounts of the console")
    accounts = user.add_subparsers(dest="work", required=True)
    add = accounts.add_parser("add", help="a new account; the first one is a manager")
    add.add_argument("name")
    add.add_argument("--role", choices=("counsellor", "editor", "manager"))
    add.add_argument("--subject", default="", help="who this is at the organisation's OpenID Connect provider")
    reset = accounts.add_parser("reset", help="a new first password, and the second step to be set up again")
    reset.add_argument("name")
    accounts.add_parser("list", help="every account with its role")
    practice = commands.add_parser("practice", help="the scenes that professionals practise with")
    scenes = practice.add_subparsers(dest="work", required=True)
    scenes.add_parser("scenes", help="every scene, with its language")
    graph = scenes.add_parser("graph", help="a drawing of one scene in DOT, for `dot -Tsvg`")
    graph.add_argument("scene")
    graph.add_argument("--language", default="nl")
    coach = commands.add_parser("coach", help="what the phrase coach of practice hears in a professional's message")
    coach.add_argument(
        "--jsonl", action="store_true", required=True, help='read {"id","with","lang","text"} lines, write {"id","labels","unsure"} lines'
    )
    evaluate = commands.add_parser("eval", help="measure on tests/held_back")
    evaluate.add_argument("--language", action="append", help="only this language; may be given more than once")
    evaluate.add_argument("--coach", action="store_true", help="measure the phrase coach instead, by cross-validation too")
    evaluate.add_argument(
        "--against", choices=["diet", "logistic"], help="beside it one of Rasa's own classifiers on the same examples; DIET takes half an hour a language"
    )
    evaluate.add_argument("--errors", action="store_true", help="print every message that went wrong")
    content = commands.add_parser("content", help="check, review and translate what Noor says")
    work = content.add_subparsers(dest="work", required=True)
    check = work.add_parser("check", help="every fault in content/, organisations/ and data/")
    check.add_argument("--language", help="only this language")
    review = work.add_parser("review", help="a page to read and print: Dutch beside one language, stale texts first")
    review.add_argument("language")
    translated = work.add_parser("translated", help="note that a translation now follows the present Dutch text")
    translated.add_argument("language")
    translated.add_argument("topics", nargs="+", help="<group>/<topic>, or all")
    new = work.add_parser("new-language", help="a skeleton for one more language")
    new.add_argument("language")
    matrix = commands.add_parser("matrix", help="counsellors in Element or another Matrix client")
    matrix.add_subparsers(dest="work", required=True).add_parser("registration", help="the file that tells the homeserver of Noor")
    report = commands.add_parser("report", help="the report conversation's rules")
    report_work = report.add_subparsers(dest="work", required=True)
    report_work.add_parser("table", help="a page for a police or legal reviewer: questions, steps, conditions, words and sources")
    telegram = commands.add_parser("telegram", help="the bot on Telegram")
    telegram_work = telegram.add_subparsers(dest="work", required=True)
    telegram_work.add_parser("setup", help="set its name, descriptions and commands in every language")
    args = parser.parse_args(argv)
    try:
        settings = from_environment()
        return run(args, settings)
    except SettingError as error:
        return stop(str(error))
    except ContentError as error:
        return stop("\n".join(error.faults))
    except PermissionError as error:
        return stop(
            f"{error.filename}: can't be written; give this user the folder, or set NOOR_DATA and NOOR_MODELS to one that is writable"
        )
    except OSError as error:
        return stop(f"{error.filename or 'system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return 130


def run(args: argparse.Namespace, settings: Settings) -> int:
    """One command. Imports what it needs: `noor content check` must not wait for Rasa."""
    root = settings.root.resolve()
    if args.command == "content":
        from bot.content.commands import run_content

        return run_content(args, root, settings.organisation)
    if args.command == "report":
        from bot.report.table import table_page
        from bot.service import load_words

        answers, _, faults = load_words(root, settings.organisation)
        if faults:
            raise ContentError(faults)
        print(table_page(answers.content, answers.report.rules))
        return 0
    if args.command == "matrix":
        from bot.doors.matrix import registration

        if not settings.matrix_url:
            return stop("NOOR_MATRIX_URL is not set; write the address of your homeserver, see docs/matrix.md")
        print(registration(settings), end="")
        return 0
    if args.command == "practice":
        from bot.practice.commands import run_practice

        return run_practice(args, root)
    if args.command == "serve":
        from bot.app import serve

        return serve(settings)
    if args.command == "telegram":
        from bot.doors.telegram_setup import run_telegram

        return run_telegram(args, settings)
    if args.command == "user":
        from bot.accounts.commands import run_user

        return run_user(args, settings)
    if args.command == "migrate":
        from bot.store.commands import run_migrate

        return run_migrate(settings, args.new)
    if args.command == "doctor":
        from bot.doctor import run_doctor

        return run_doctor(settings)
    if args.command == "backup":
        from bot.store.commands import run_backup

        return run_backup(settings, args.file)
    if args.command == "restore":
        from bot.store.commands import run_restore

        return run_restore(settings, args.file)
    if args.command == "train":
        open_coach(settings, root)
        return 0 if trained(settings, root) else 1
    if args.command == "coach":
        from bot.practice.coach_commands import coach_lines

        return coach_lines(open_coach(settings, root), sys.stdin)
    if args.command == "eval" and args.coach:
        from bot.practice.coach_eval import run_coach_eval

        return run_coach_eval(open_coach(settings, root), root, args.language, args.errors)
    if args.command == "eval":
        from bot.evaluation import run_eval

        return run_eval(args, settings)
    from bot import logs
    from bot.doors import terminal

    logs.configure()  # to standard error: a line of the log between the answers would break who reads them
    if not trained(settings, root):
        print("No model: answers come from the rules alone.", file=sys.stderr)
    door = terminal.understand_lines if args.command == "understand" else terminal.chat_lines if args.jsonl else terminal.chat
    return asyncio.run(door(settings))


def open_coach(settings: Settings, root: Path) -> Coach:
    """The phrase coach of the present data, trained first when that changed."""
    from bot.practice.coach import Coach, model_folder

    models = models_folder(settings, root)
    if not model_folder(root, models).exists():
        print("Learning the phrase coach (about half a minute)...", file=sys.stderr, flush=True)
    return Coach.open(root, models)


def models_folder(settings: Settings, root: Path) -> Path:
    """Where models are kept."""
    return settings.models if settings.models.is_absolute() else root / settings.models


def trained(settings: Settings, root: Path) -> bool:
    """Trains when data changed, with progress on standard error; whether the model of the present data is there."""
    from bot.training import model_path, train_apart

    models = models_folder(settings, root)
    if model_path(root, models).exists():
        return True
    models.mkdir(parents=True, exist_ok=True)
    process = train_apart(root, models)
    assert process.stdout
    for line in process.stdout:
        print(line, end="", file=sys.stderr)
    return process.wait() == 0


def stop(reason: str) -> int:
    """One clear line (or one a fault), and exit code 2."""
    print(reason, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
