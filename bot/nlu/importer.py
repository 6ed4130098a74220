"""Gives Rasa two examples of each intent, so that it knows which there are; the components of config.yml read data/nlu themselves.

Rasa checks every example against a schema and copies and hashes all of them some twenty times: for all languages that took over a
minute of a training of twenty seconds (docs/decisions/0005-examples.md). Rules, stories and domain come through Rasa's importer.
"""

from __future__ import annotations

from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.examples import nlu_lines


class ExampleImporter(RasaFileImporter):
    """Files of one intent each: the file's name is the intent; nothing but `- ` lines counts as an example."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        files = {Path(f).stem: Path(f) for f in sorted(self._nlu_files)}
        return TrainingData([Message.build(line, intent=name) for name, path in files.items() for line in nlu_lines(path)[:2]])
