"""Logging in at an organisation's provider, against a small provider that keeps the rules of the code flow."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.accounts.oidc import Oidc, OidcFailed
from bot.store.kept import Kept, key_for_memory

pytestmark = pytest.mark.anyio
ISSUER, BACK = "https://login.test", "https://noor.test/console/oidc/back"


class Provider:
    """Answers as an OpenID Connect provider would; `lies` changes claims of the token it gives."""

    def __init__(self, **lies: Any) -> None:
        self.key = self.signs = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.lies, self.asked = lies, {}  # type: ignore[var-annotated]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("openid-configuration"):
            return httpx.Response(200, json={"issuer": ISSUER, "authorization_endpoint": ISSUER + "/auth", "token_endpoint": ISSUER + "/token", "jwks_uri": ISSUER + "/keys"})
        if request.url.path == "/keys":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        form = parse_qs(request.content.decode())
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        if form["code"] != ["good"] or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.asked["code_challenge"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        claims = {"iss": ISSUER, "aud": "noor", "sub": "u1", "email": "els@school.test", "email_verified": True, "nonce": self.asked["nonce"], "exp": int(time.time()) + 60, "iat": int(time.time())}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, {**claims, **self.lies}, self.signs)
        return httpx.Response(200, json={"access_token": "x", "token_type": "Bearer", "id_token": token})


async def round_trip(provider: Provider, code: str = "good", state: str = "") -> list[str]:
    oidc = Oidc(ISSUER, "noor", "secret", Kept("sqlite://", key_for_memory()), httpx.MockTransport(provider))
    asked = {k: v[0] for k, v in parse_qs(urlsplit(await oidc.begin(BACK)).query).items()}
    provider.asked = asked
    assert asked["code_challenge_method"] == "S256"
    query = f"code={code}&state={state or asked['state']}"
    found = await oidc.finish(query, BACK)
    with pytest.raises(OidcFailed):
        await oidc.finish(query, BACK)  # good once
    return found


async def test_who_comes_back_is_known() -> None:
    assert await round_trip(Provider()) == ["u1", "els@school.test"]


async def test_an_address_that_nobody_vouches_for_is_not_believed() -> None:
    assert await round_trip(Provider(email_verified=False)) == ["u1"]


@pytest.mark.parametrize("lies", [{"aud": "another"}, {"iss": "https://evil.test"}, {"nonce": "another"}, {"exp": 1}, {"nonce": None}])
async def test_a_token_that_proves_nothing_is_refused(lies: dict[str, Any]) -> None:
    with pytest.raises(OidcFailed):
        await round_trip(Provider(**lies))


async def test_a_token_of_another_hand_is_refused() -> None:
    provider = Provider()
    provider.signs = RSAKey.generate_key(2048, {"kid": "1"})
    with pytest.raises(OidcFailed):
        await round_trip(provider)


@pytest.mark.parametrize(("code", "state"), [("wrong", ""), ("good", "made-up"), ("", "")])
async def test_a_wrong_code_or_state_is_refused(code: str, state: str) -> None:
    with pytest.raises(OidcFailed):
        await round_trip(Provider(), code, state)


async def test_a_provider_that_is_away() -> None:
    oidc = Oidc(ISSUER, "noor", "secret", Kept("sqlite://", key_for_memory()), httpx.MockTransport(lambda request: httpx.Response(503)))
    with pytest.raises(OidcFailed):
        await oidc.begin(BACK)
