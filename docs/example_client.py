"""Talks with Noor over plain HTTP: python docs/example_client.py [address] [language]. docs/web-door.md describes what it sends and gets.

Type a question, or [id] to press a button. Needs httpx. Keeps nothing: the talk is gone from here when it stops.
"""

import sys
import threading
import uuid

import httpx

ADDRESS = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
LANGUAGE = sys.argv[2] if len(sys.argv) > 2 else "nl"


class Client:
    """One talk. The token is the only secret; `seen` is the number of the last message that was shown."""

    def __init__(self, noor: httpx.Client) -> None:
        self.noor, self.seen, self.lock = noor, 0, threading.Lock()
        self.token = noor.post("/api/talk", params={"language": LANGUAGE}).raise_for_status().json()["talk"]

    def call(self, path: str, frame: dict[str, str]) -> bool:
        """Sends a frame, shows what is new; False when it is to be sent again under the same id."""
        with self.lock:
            answer = self.noor.post(path, json={"talk": self.token, "after": self.seen, **frame})
            if answer.status_code == 429:  # too fast
                return False
            for message in answer.raise_for_status().json()["messages"]:
                self.seen = message["seq"]
                if message["from"] != "person":  # "sender" says whether Noor, a human or the person of a practice scene speaks
                    show(message)
            return answer.json().get("kept", True)

    def say(self, text: str) -> None:
        """A typed line, or the id of a button in square brackets."""
        part = {"tap": text[1:-1]} if text.startswith("[") else {"text": text}
        frame = {"id": str(uuid.uuid4()), **part}
        while not self.call("/api/say", frame):
            threading.Event().wait(2)

    def listen(self, stop: threading.Event) -> None:
        """A human may write without being asked."""
        while not stop.wait(2.5):
            self.call("/api/messages", {})


def show(message: dict) -> None:
    print(f"{message['sender']}: {message['text']}", *(f"-> {link['title']}" for link in message["links"]), sep="\n")
    print(*(f"[{button['id']}] {button['title']}" for button in message["buttons"]), "", sep="\n", flush=True)


with httpx.Client(base_url=ADDRESS, timeout=30) as noor:
    client, stop = Client(noor), threading.Event()
    client.call("/api/messages", {})
    threading.Thread(target=client.listen, args=[stop], daemon=True).start()
    for line in sys.stdin:
        client.say(line.strip())
    stop.set()
