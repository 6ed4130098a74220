"""What the Matrix door asks of a homeserver, over its client-server API: rooms, messages, presence. Sending the same thing again does it once."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import quote

import httpx

TALK = "noor.talk"  # state of a room: {"handoff", "holder"}
LINE = "noor.line"  # in a message: the number of the line that it carries
GONE = (403, 404)


class Refused(Exception):
    """The homeserver said no: `status` of HTTP, `code` as M_ROOM_IN_USE. No words of people."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code[:60]}")
        self.status, self.code = status, code


class Homeserver:
    """Made inside a running loop; `close` at the end. Every call raises Refused, or httpx.HTTPError when nobody answers."""

    def __init__(self, url: str, token: str, me: str) -> None:
        """`me` is Noor's own user id there."""
        self.me, self._server = me, me.partition(":")[2]
        self._http = httpx.AsyncClient(base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {token}"}, timeout=15)

    async def close(self) -> None:
        await self._http.aclose()

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None, **query: str | int) -> dict[str, Any]:
        """One request under /_matrix/client/v3 (or a whole path); its answer."""
        whole = path if path.startswith("/_") else "/_matrix/client/v3" + path
        answer = await self._http.request(method, whole, json={} if body is None and method != "GET" else body, params=query)
        try:
            said = dict(answer.json())
        except ValueError:
            said = {}
        if answer.is_error:
            raise Refused(answer.status_code, str(said.get("errcode", "")))
        return said

    async def exist(self) -> None:
        """Makes Noor's own user when it is not there yet."""
        try:
            await self.call("POST", "/register", {"type": "m.login.application_service", "username": self.me[1:].partition(":")[0], "inhibit_login": True})
        except Refused as error:
            if error.code != "M_USER_IN_USE":
                raise

    async def room(self, alias: str, name: str, talk: dict[str, str], invite: list[str]) -> str:
        """The id of the room under this alias, made when there is none. Closed to all but who is invited, and never on another server."""
        state = [
            {"type": TALK, "state_key": "", "content": talk},
            {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "shared"}},
            {"type": "m.room.guest_access", "state_key": "", "content": {"guest_access": "forbidden"}},
        ]
        powers = {"invite": 100, "kick": 100, "ban": 100, "redact": 100, "state_default": 100, "events_default": 0}
        wanted = {
            "preset": "private_chat", "room_alias_name": alias, "name": name, "initial_state": state, "invite": invite,
            "creation_content": {"m.federate": False}, "power_level_content_override": powers,
        }  # fmt: skip
        try:
            return str((await self.call("POST", "/createRoom", wanted))["room_id"])
        except Refused as error:
            if error.code != "M_ROOM_IN_USE":
                raise
        return str((await self.call("GET", f"/directory/room/{_q(f'#{alias}:{self._server}')}"))["room_id"])

    async def rooms(self) -> list[str]:
        """The rooms that Noor is in."""
        return list((await self.call("GET", "/joined_rooms"))["joined_rooms"])

    async def state(self, room: str, kind: str) -> dict[str, Any]:
        """A state of a room; empty when there is none."""
        try:
            return await self.call("GET", f"/rooms/{_q(room)}/state/{kind}/")
        except Refused as error:
            if error.status in GONE:
                return {}
            raise

    async def put_state(self, room: str, kind: str, content: dict[str, Any]) -> None:
        await self.call("PUT", f"/rooms/{_q(room)}/state/{kind}/", content)

    async def send(self, room: str, once: str, body: str, kind: str = "m.text", line: int = 0) -> None:
        """A message; a second one with the same `once` is not sent."""
        content = {"msgtype": kind, "body": body} | ({LINE: line} if line else {})
        await self.call("PUT", f"/rooms/{_q(room)}/send/m.room.message/{_q(once)}", content)

    async def members(self, room: str) -> dict[str, str]:
        """{user: "join" or "invite"} without Noor."""
        found = (await self.call("GET", f"/rooms/{_q(room)}/members"))["chunk"]
        return {e["state_key"]: e["content"]["membership"] for e in found if e["state_key"] != self.me and e["content"]["membership"] in ("join", "invite")}

    async def kick(self, room: str, user: str, reason: str) -> None:
        """Takes somebody, or an invitation, out of a room; nothing when they are out already."""
        try:
            await self.call("POST", f"/rooms/{_q(room)}/kick", {"user_id": user, "reason": reason})
        except Refused as error:
            if error.status != 403:
                raise

    async def invite(self, room: str, user: str) -> None:
        await self.call("POST", f"/rooms/{_q(room)}/invite", {"user_id": user})

    async def messages(self, room: str) -> list[dict[str, Any]]:
        """Every message of a room that still has words, newest first."""
        found: list[dict[str, Any]] = []
        start = ""
        while True:
            query: dict[str, str | int] = {"dir": "b", "limit": 100}
            if start:
                query["from"] = start
            page = await self.call("GET", f"/rooms/{_q(room)}/messages", None, **query)
            found += [e for e in page["chunk"] if e["type"] == "m.room.message" and e["content"]]
            start = str(page.get("end") or "")
            if not start or not page["chunk"]:
                return found

    async def typing(self, room: str) -> None:
        await self.call("PUT", f"/rooms/{_q(room)}/typing/{_q(self.me)}", {"typing": True, "timeout": 5000})

    async def is_there(self, user: str) -> bool:
        """Whether a client of this user is connected. The homeserver must have presence switched on."""
        try:
            return (await self.call("GET", f"/presence/{_q(user)}/status")).get("presence") in ("online", "unavailable")
        except Refused as error:
            if error.status in GONE:
                return False
            raise

    async def empty(self, room: str, alias: str, reason: str) -> None:
        """Takes every word out of a room, then everybody, then the room: clients get the words' removal while they are still in it."""
        for message in await self.messages(room):
            await self.call("PUT", f"/rooms/{_q(room)}/redact/{_q(message['event_id'])}/{_q('r' + message['event_id'])}")
        await self.put_state(room, "m.room.name", {"name": ""})
        for user in await self.members(room):
            await self.kick(room, user, reason)
        with contextlib.suppress(Refused):
            await self.call("DELETE", f"/directory/room/{_q(f'#{alias}:{self._server}')}")
        try:  # a Synapse where Noor is an administrator forgets the room at once
            await self.call("DELETE", f"/_synapse/admin/v2/rooms/{_q(room)}", {"purge": True, "block": False})
        except Refused:
            await self.call("POST", f"/rooms/{_q(room)}/leave")
            await self.call("POST", f"/rooms/{_q(room)}/forget")


def _q(part: str) -> str:
    return quote(part, safe="")
