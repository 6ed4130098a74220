"""What is learned beside Rasa's own start is taken when it is there, and learned in its turn when it is not."""

from __future__ import annotations

from pathlib import Path

from bot.nlu import ahead
from bot.nlu.topic_model import TopicModel

DEFAULTS = (ahead.EXAMPLES, ahead.DANGER, ahead.MEANINGS)
LINES = {
    "chat/out_of_scope": ["hoe laat gaat de winkel open", "wat kost een fiets", "wie wint de wedstrijd", "maak mijn huiswerk"],
    "danger/danger_suicide": ["ik wil niet meer leven", "zij wil dood", "hij wil er een eind aan maken", "ik ga springen"],
    "act_now/already_paid": ["hij heeft al betaald", "wij betaalden het geld", "zij heeft betaald met een bon", "betaald en nu"],
    "act_now/keep_evidence": ["hoe bewaar ik bewijs", "schermafdruk maken van het gesprek", "wat moet ik bewaren", "bewijs voor de politie"],
}


def data(root: Path) -> None:
    for name, lines in LINES.items():
        path = root / "data/nlu/nl" / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        examples = "".join(f"    - {line}\n" for line in lines * 3)
        path.write_text(f"nlu:\n- intent: {path.stem}\n  examples: |\n{examples}", "utf-8")
    (root / "data/danger").mkdir()
    (root / "data/danger/nl.yml").write_text("danger_suicide: {examples: [alles heeft geen zin meer], counter_examples: [ik lach me dood]}\n", "utf-8")


def test_what_was_begun_is_taken(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "made"
    root.mkdir()
    data(root)
    with ahead.begun(root):
        assert ahead.taken(*DEFAULTS, folder)
        assert not ahead.taken(Path("other/data"), *DEFAULTS[1:], folder)  # learned from something else
    assert sorted(TopicModel.load(folder).topics) == ["already_paid", "danger_suicide", "keep_evidence", "out_of_scope"]


def test_nothing_is_taken_when_nothing_was_begun_or_it_failed(tmp_path: Path) -> None:
    assert not ahead.taken(*DEFAULTS, tmp_path)
    with ahead.begun(tmp_path):  # no data there
        assert not ahead.taken(*DEFAULTS, tmp_path)
