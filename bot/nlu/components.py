"""Rasa graph components of config.yml: language, entities, topic. Thin: the work is done by models that know no Rasa.

Each names the files it reads beside Rasa's training data in fingerprint_addon, so that a changed file never meets a stale
cached component.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import ahead
from bot.nlu.entities import EntityModel
from bot.nlu.examples import danger_examples, language_examples, topic_examples
from bot.nlu.language_model import LanguageModel
from bot.nlu.meanings import read_meanings
from bot.nlu.mixed import GUEST, MixedWords
from bot.nlu.own_words import OwnWords, loan_words, own_words
from bot.nlu.topic_model import OUT_OF_SCOPE, TopicModel

OWN_WORDS, MIXED_WORDS = "own_words.json", "mixed_words.json"


def hash_of(paths: list[Path]) -> str:
    """One hash over the names and bytes of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(folder: str, pattern: str) -> list[Path]:
    return sorted(Path(folder).glob(pattern))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageDetector(GraphComponent):
    """Sets `language`: {code: probability}. Learns from data/nlu/<language>/ and content/, whose folders say the language;
    a message of nothing but the greetings and `own_words` of one language is in it, and words of Darija are heard between Dutch ones."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"examples": "data/nlu", "texts": "content", "lexicon": "data/lexicon", "greetings": "data/greetings"}

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        config: dict[str, Any],
        model: LanguageModel | None = None,
        own: OwnWords | None = None,
        mixed: MixedWords | None = None,
    ) -> None:
        self._storage, self._resource, self._config = storage, resource, config
        self._model, self._own, self._mixed = model, own, mixed

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LanguageDetector:
        return cls(model_storage, resource, config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        config = cls.get_default_config() | config
        own = _files(config["lexicon"], "*.yml") + _files(config["greetings"], "*.yml")
        return hash_of(_files(config["examples"], "*/*/*.yml") + _files(config["texts"], "*/*.*.md") + own)

    def train(self, training_data: TrainingData) -> Resource:
        texts, languages = language_examples(Path(self._config["examples"]), Path(self._config["texts"]))
        self._model = LanguageModel.fit(texts, languages)
        self._own = OwnWords.from_files(Path(self._config["lexicon"]), Path(self._config["greetings"]))
        lexicon = Path(self._config["lexicon"])
        self._mixed = MixedWords.fit(texts, languages, loan_words(lexicon), own_words(lexicon, GUEST))
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
            (folder / OWN_WORDS).write_text(json.dumps(self._own.phrases, ensure_ascii=False), "utf-8")
            mixed = {name: sorted(getattr(self._mixed, name)) for name in ("words", "others", "often", "listed")}
            (folder / MIXED_WORDS).write_text(json.dumps(mixed, ensure_ascii=False), "utf-8")
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **_: Any
    ) -> LanguageDetector:
        with model_storage.read_from(resource) as folder:
            own = OwnWords(json.loads((folder / OWN_WORDS).read_text("utf-8")))
            mixed = MixedWords(**json.loads((folder / MIXED_WORDS).read_text("utf-8")))
            return cls(model_storage, resource, config, LanguageModel.load(folder), own, mixed)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._model is not None and self._own is not None and self._mixed is not None
        for message in messages:
            text = message.get(TEXT) or ""
            sure = self._own.language(text)
            heard = {sure: 1.0} if sure else self._mixed.weigh(text, self._model.probabilities(text), self._model.probabilities)
            message.set("language", heard, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LexiconEntities(GraphComponent, EntityExtractorMixin):
    """Entities by spaCy's PhraseMatcher from data/lexicon/<language>.yml and the names in content/organisations.<language>.yml."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"lexicon": "data/lexicon", "content": "content"}

    def __init__(self, storage: ModelStorage, resource: Resource, config: dict[str, Any], model: EntityModel | None = None) -> None:
        self._storage, self._resource, self._config, self._model = storage, resource, config, model

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LexiconEntities:
        return cls(model_storage, resource, config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        config = cls.get_default_config() | config
        return hash_of(_files(config["lexicon"], "*.yml") + _files(config["content"], "organisations.*.yml"))

    def train(self, training_data: TrainingData) -> Resource:
        self._model = EntityModel.from_files(Path(self._config["lexicon"]), Path(self._config["content"]))
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **_: Any
    ) -> LexiconEntities:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, config, EntityModel.load(folder))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._model is not None
        for message in messages:
            found = self._model.find(message.get(TEXT) or "")
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(found), add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Sets intent, intent_ranking and `noor`: {decision, in_scope, danger, danger_topic, doubtful}. An "ask" becomes Rasa's nlu_fallback."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"examples": str(ahead.EXAMPLES), "danger": str(ahead.DANGER), "meanings": str(ahead.MEANINGS)}

    def __init__(self, storage: ModelStorage, resource: Resource, config: dict[str, Any], model: TopicModel | None = None) -> None:
        self._storage, self._resource, self._config, self._model = storage, resource, config, model

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TopicClassifier:
        return cls(model_storage, resource, config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        config = cls.get_default_config() | config
        code = [Path(__file__).with_name(name) for name in ("topic_model.py", "normalise.py", "skeleton.py", "meanings.py")]
        return hash_of(_files(config["examples"], "*/*/*.yml") + _files(config["danger"], "*.yml") + _files(config["meanings"], "*.yml") + code)

    def train(self, training_data: TrainingData) -> Resource:
        examples, danger, meanings = (Path(self._config[name]) for name in ("examples", "danger", "meanings"))
        with self._storage.write_to(self._resource) as folder:
            if not ahead.taken(examples, danger, meanings, folder):
                TopicModel(read_meanings(meanings)).fit(*topic_examples(examples), *danger_examples(danger)).save(folder)
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **_: Any
    ) -> TopicClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, config, TopicModel.load(folder))

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._model is not None
        for message in messages:
            reading = self._model.read(message.get(TEXT) or "")
            name, confidence = reading.ranking[0]
            if reading.decision == "ask":
                name = "nlu_fallback"
            elif reading.decision == "out_of_scope":
                name, confidence = OUT_OF_SCOPE, 1 - reading.in_scope
            message.set(INTENT, {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}, add_to_output=True)
            message.set(
                INTENT_RANKING_KEY, [{INTENT_NAME_KEY: n, PREDICTED_CONFIDENCE_KEY: c} for n, c in reading.ranking], add_to_output=True
            )
            noor = {
                "decision": reading.decision,
                "in_scope": reading.in_scope,
                "danger": reading.danger,
                "danger_topic": reading.danger_topic,
                "doubtful": reading.doubtful,
            }
            message.set("noor", noor, add_to_output=True)
        return messages
