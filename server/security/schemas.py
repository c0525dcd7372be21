"""Request and response bodies of the pairing API."""

from __future__ import annotations

from pydantic import Field

from server.core.schemas import PlainText, RequestBody, ResponseBody


class RedeemIn(RequestBody):
    code: PlainText = Field(min_length=8, max_length=12, description="As shown on the pairing page: ABCD-EFGH")
    verifier: str = Field(min_length=43, max_length=128, pattern=r"^[A-Za-z0-9._~-]+$")
    label: PlainText = Field(
        min_length=1, max_length=100, description="How the rep will recognise this browser: Chrome on Linux"
    )


class RefreshIn(RequestBody):
    refresh_token: PlainText = Field(min_length=1, max_length=200)


class TokensOut(ResponseBody):
    access_token: str
    access_expires_in: int = Field(description="Seconds")
    refresh_token: str
    refresh_expires_in: int = Field(description="Seconds")
    scopes: list[str]


class PersonOut(ResponseBody):
    name: str
    email: str


class OrganisationOut(ResponseBody):
    name: str
    quiet_required: bool = Field(description="Whether highlights inside a site's page are forbidden")


class PairedOut(TokensOut):
    user: PersonOut
    organisation: OrganisationOut
    notice_version: str = Field(description="Version of the current notice to staff")
