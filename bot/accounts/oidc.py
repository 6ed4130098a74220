"""Logging in at an organisation's own provider: OpenID Connect with the code flow and PKCE, by Authlib."""

from __future__ import annotations

import secrets
import time
import warnings
from typing import Any, cast

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.settings import Settings
from bot.store.kept import Kept, Unreadable

WAIT = 600.0  # seconds that somebody may take at the provider


class OidcFailed(Exception):
    """The provider can't be reached, or its answer proves nothing."""


class Oidc:
    """`transport` stands in for the network in tests."""

    def __init__(self, issuer: str, client_id: str, secret: str, kept: Kept, transport: Any = None) -> None:
        self._issuer, self._id, self._secret, self._kept, self._transport = issuer.rstrip("/"), client_id, secret, kept, transport

    @classmethod
    def of(cls, settings: Settings, kept: Kept) -> Oidc | None:
        """None when it is not set up."""
        return cls(settings.oidc_issuer, settings.oidc_client, settings.oidc_secret, kept) if settings.oidc_issuer else None

    async def begin(self, back: str) -> str:
        """The address to send the browser to. Raises OidcFailed."""
        about = await self._about()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        self._kept.put("oidc", state, {"nonce": nonce, "verifier": verifier, "at": time.time()})
        async with self._client(back) as client:
            address, _ = client.create_authorization_url(about["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier)
        return str(address)

    async def finish(self, query: str, back: str) -> list[str]:
        """Who came back: her subject, and her e-mail address where the provider vouches for it. Raises OidcFailed."""
        given = dict(httpx.QueryParams(query))
        state = str(given.get("state", ""))[:64]
        try:
            begun = self._kept.get("oidc", state)
        except Unreadable:
            begun = None
        self._kept.erase("oidc", state)  # good once
        if not begun or time.time() - begun["at"] > WAIT or not given.get("code"):
            raise OidcFailed("no such login")
        about = await self._about()
        try:
            async with self._client(back) as client:
                token = await client.fetch_token(about["token_endpoint"], code=given["code"], code_verifier=begun["verifier"])
                keys = KeySet.import_key_set((await client.request("GET", about["jwks_uri"], withhold_token=True)).raise_for_status().json())
            # Signed with a key of the provider, by an algorithm that needs one; for us, from it, for this very login, and not too old.
            claims = jwt.decode(token["id_token"], keys, algorithms=["RS256", "ES256", "PS256"]).claims
            needed = {"iss": about["issuer"], "aud": self._id, "nonce": begun["nonce"]}
            rules: Any = {name: {"essential": True, "value": value} for name, value in needed.items()}
            jwt.JWTClaimsRegistry(leeway=60, exp={"essential": True}, sub={"essential": True}, **rules).validate(claims)
        except (_authlib_error(), JoseError, httpx.HTTPError, ValueError, KeyError) as error:
            raise OidcFailed(error.__class__.__name__) from error
        return [str(claims["sub"])] + ([str(claims["email"])] if claims.get("email") and claims.get("email_verified") else [])

    async def _about(self) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=10, transport=self._transport) as client:
                found: dict[str, Any] = (await client.get(self._issuer + "/.well-known/openid-configuration")).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise OidcFailed(error.__class__.__name__) from error
        if str(found.get("issuer", "")).rstrip("/") != self._issuer:
            raise OidcFailed("another issuer")
        return found

    def _client(self, back: str) -> Any:
        with warnings.catch_warnings():  # its httpx client is deprecated for httpx2, which python-telegram-bot does not know yet
            warnings.simplefilter("ignore")
            from authlib.integrations.httpx_client import AsyncOAuth2Client

        return AsyncOAuth2Client(
            self._id, self._secret, scope="openid email", redirect_uri=back, code_challenge_method="S256", timeout=10, transport=self._transport
        )


def _authlib_error() -> type[Exception]:
    from authlib.common.errors import AuthlibBaseError

    return cast(type[Exception], AuthlibBaseError)
