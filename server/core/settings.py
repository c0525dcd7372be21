"""Settings: environment variables with the prefix ``REPUTE_``, read once at start-up and immutable afterwards.

An invalid or missing setting ends the command with one clear line and exit code 2 (``cli.py`` handles ``SettingsError``)."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.core.mail_settings import SENDER, MailSettings, parse_smtp_url
from server.core.oidc_settings import LOOPBACK_HOSTS, OidcSettings, is_secure_url, split_groups
from server.core.secret_keys import SecretKeys

#: Anything shorter can be guessed; ``secrets.token_hex(16)`` prints 32 characters.
MIN_SECRET_LENGTH = 32
#: An estimate from how often each character occurs. 32 random hexadecimal digits have about 117.
MIN_SECRET_BITS = 80
#: Keys from examples and tutorials; using one of them is a mistake.
SAMPLE_SECRETS = frozenset({"change-me", "changeme", "secret", "dev", "x" * 32, "0" * 32})
#: 32 bytes in URL-safe base64, as Fernet wants them.
CONNECTION_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
#: A name or an IPv4 address, with or without a port.
WORDING_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
#: A URI in ASCII: an address to write to, or a page.
CONTACT = re.compile(r"mailto:[!-?A-~]+@[!-?A-~]+|https://[!-.0-~][!-~]*")


class SettingsError(Exception):
    """The message is one line that names the setting and says how to fix it."""


class Settings(BaseSettings):
    """Each field is read from the environment variable ``REPUTE_<FIELD>``. ``proxies`` is the exact number of reverse
    proxies in front."""

    model_config = SettingsConfigDict(env_prefix="REPUTE_", frozen=True, extra="ignore")

    data: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    secret_key: SecretStr = SecretStr("")
    #: Earlier secret keys, separated by commas, that are still accepted.
    secret_key_fallbacks: SecretStr = SecretStr("")
    base_url: str = ""
    #: Address to listen on. Other machines connect through a proxy with TLS; a container needs 0.0.0.0.
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    proxies: int = Field(default=0, ge=0, le=8)
    #: gunicorn's processes, and threads per process. Few processes suit SQLite's single writer and two cores;
    #: most threads only wait, and one person with eight connections must not occupy all of them.
    workers: int = Field(default=2, ge=1, le=64)
    threads: int = Field(default=16, ge=1, le=128)
    #: Assessments per person and minute; typing fast in two tabs stays below this.
    assess_per_minute: int = Field(default=240, ge=1)
    #: Keys that encrypt credentials of CRMs and addresses of channels, newest first, separated by commas. Without them SQLite
    #: has a file.
    connection_keys: SecretStr = SecretStr("")
    #: In tests and development: connections send their requests to this address of this machine instead of the CRM's.
    connection_test_url: str = ""
    #: Hosts in an internal network that may suggest wordings, with or without a port, separated by commas; http will do there.
    wording_hosts: str = ""
    #: Gives access to ``/metrics``, which is closed without it.
    metrics_token: SecretStr = SecretStr("")
    #: ``smtp://`` or ``smtps://`` with the mail server, and the sender's address. Without them no mail is sent.
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    #: Where to report a vulnerability, for ``/.well-known/security.txt``, which does not exist without it.
    security_contact: str = ""
    #: Single sign-on by OpenID Connect; off without an issuer.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_scopes: str = "openid email profile"
    #: What people know the provider as.
    oidc_name: str = Field(default="single sign-on", min_length=1, max_length=60)
    #: The claim that lists a person's groups.
    oidc_groups_claim: str = Field(default="groups", min_length=1)
    #: Names of groups, separated by commas.
    oidc_admin_groups: str = ""
    oidc_manager_groups: str = ""
    oidc_allowed_groups: str = ""
    disable_password_sign_in: bool = False

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @field_validator("redis_url")
    @classmethod
    def _check_redis_url(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must start with redis://, rediss:// or unix://")
        return value

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/")):
            raise ValueError("must be an origin such as https://repute.example.com")
        return value.rstrip("/")

    @field_validator("security_contact")
    @classmethod
    def _check_security_contact(cls, value: str) -> str:
        if value and not CONTACT.fullmatch(value):
            raise ValueError("must be an address such as mailto:security@example.com or https://example.com/security")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp_url(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            parse_smtp_url(value.get_secret_value(), sender="")
        return value

    @field_validator("mail_from")
    @classmethod
    def _check_mail_from(cls, value: str) -> str:
        if value and not SENDER.fullmatch(value):
            raise ValueError("must be one address without a name, such as repute@example.com")
        return value

    @field_validator("connection_keys")
    @classmethod
    def _check_connection_keys(cls, value: SecretStr) -> SecretStr:
        for key in filter(None, value.get_secret_value().split(",")):
            if not CONNECTION_KEY.fullmatch(key.strip()):
                raise ValueError("must be keys such as the output of `python -m server connections new-key`")
        return value

    @field_validator("connection_test_url")
    @classmethod
    def _check_connection_test_url(cls, value: str) -> str:
        if value and (urlsplit(value).scheme != "http" or urlsplit(value).hostname not in LOOPBACK_HOSTS):
            raise ValueError("must be an address of this machine, such as http://127.0.0.1:9000")
        return value.rstrip("/")

    @field_validator("wording_hosts")
    @classmethod
    def _check_wording_hosts(cls, value: str) -> str:
        for host in filter(None, map(str.strip, value.split(","))):
            if not WORDING_HOST.fullmatch(host):
                raise ValueError("must be hosts such as llm.internal or 10.0.0.5:8000, separated by commas")
        return value.lower()

    @field_validator("oidc_issuer")
    @classmethod
    def _check_oidc_issuer(cls, value: str) -> str:
        if value and (not is_secure_url(value) or "?" in value or "#" in value):
            raise ValueError("must be the provider's issuer, such as https://login.example.com, exactly as in its tokens")
        return value

    @field_validator("oidc_scopes")
    @classmethod
    def _check_oidc_scopes(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("must contain openid, such as `openid email profile`")
        return " ".join(value.split())

    @model_validator(mode="after")
    def _check_sign_in(self) -> Settings:
        """Raises ``SettingsError``, which names the variable, because several are involved."""
        if not self.oidc_issuer:
            for name in ("client_id", "client_secret", "admin_groups", "manager_groups", "allowed_groups"):
                if getattr(self, f"oidc_{name}"):
                    raise SettingsError(f"REPUTE_OIDC_ISSUER is missing, but REPUTE_OIDC_{name.upper()} is set.")
            if self.disable_password_sign_in:
                raise SettingsError("REPUTE_DISABLE_PASSWORD_SIGN_IN needs REPUTE_OIDC_ISSUER: nobody could sign in otherwise.")
            return self
        for name in ("oidc_client_id", "oidc_client_secret", "base_url"):
            if not getattr(self, name):
                raise SettingsError(f"REPUTE_{name.upper()} is missing: single sign-on (REPUTE_OIDC_ISSUER) needs it.")
        return self

    @model_validator(mode="after")
    def _check_mail(self) -> Settings:
        """Raises ``SettingsError`` as above. Links in a message need an address that works on the reader's machine."""
        needed = {"SMTP_URL": self.smtp_url.get_secret_value(), "MAIL_FROM": self.mail_from, "BASE_URL": self.base_url}
        if needed["SMTP_URL"] or needed["MAIL_FROM"]:
            for name, value in needed.items():
                if not value:
                    raise SettingsError(f"REPUTE_{name} is missing: sending mail needs it.")
        return self

    @property
    def mail(self) -> MailSettings | None:
        """None if no mail is sent."""
        url = self.smtp_url.get_secret_value()
        return parse_smtp_url(url, sender=self.mail_from) if url else None

    @property
    def oidc(self) -> OidcSettings | None:
        """None without single sign-on."""
        if not self.oidc_issuer:
            return None
        return OidcSettings(
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret.get_secret_value(),
            scopes=self.oidc_scopes,
            name=self.oidc_name,
            groups_claim=self.oidc_groups_claim,
            admin_groups=split_groups(self.oidc_admin_groups),
            manager_groups=split_groups(self.oidc_manager_groups),
            allowed_groups=split_groups(self.oidc_allowed_groups),
        )

    @property
    def wording_host_names(self) -> frozenset[str]:
        return frozenset(filter(None, map(str.strip, self.wording_hosts.split(","))))

    @property
    def sqlalchemy_url(self) -> str:
        if not self.database_url:
            return f"sqlite:///{self.data.resolve() / 'repute.db'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def origin(self) -> str:
        return self.base_url or f"http://127.0.0.1:{self.port}"

    @property
    def trusted_hosts(self) -> list[str] | None:
        """The host names that requests may name: that of ``base_url``, and this machine's for health checks. None (any) without
        ``base_url``, because the address under which people reach the server is then unknown."""
        host = urlsplit(self.base_url).hostname
        return [host, "localhost", "127.0.0.1", "[::1]"] if host else None

    @property
    def secure(self) -> bool:
        """Whether browsers connect over TLS; decides the cookie prefix and HSTS."""
        return self.origin.startswith("https://")

    @property
    def secret_keys(self) -> SecretKeys:
        """The keys for signatures and keyed hashes; raises as ``require_secret_keys`` does."""
        return self.require_secret_keys()

    def require_secret_keys(self) -> SecretKeys:
        """The secret key and its fallbacks; ``SettingsError`` when the key is missing, or one of them is too short or a
        well-known sample."""
        key, fallbacks = self.secret_key.get_secret_value(), self.secret_key_fallbacks.get_secret_value().strip()
        if not key:
            raise SettingsError("REPUTE_SECRET_KEY is missing: set it to the output of `openssl rand -hex 32`.")
        _check_strength("REPUTE_SECRET_KEY", key)
        earlier = [fallback.strip() for fallback in fallbacks.split(",")] if fallbacks else []
        for fallback in earlier:
            _check_strength("REPUTE_SECRET_KEY_FALLBACKS", fallback)
        if key in earlier:
            raise SettingsError("REPUTE_SECRET_KEY_FALLBACKS contains REPUTE_SECRET_KEY itself: list only other keys.")
        return SecretKeys(key.encode(), tuple(fallback.encode() for fallback in earlier))


def _check_strength(setting: str, key: str) -> None:
    if len(key) < MIN_SECRET_LENGTH or key.lower() in SAMPLE_SECRETS or _is_guessable(key):
        raise SettingsError(
            f"{setting} is too weak: use at least {MIN_SECRET_LENGTH} random characters, "
            "such as the output of `openssl rand -hex 32`."
        )


def _is_guessable(key: str) -> bool:
    """Whether a key is too regular to be random: few different characters, a repeated part, or a run such as ``abcdef``."""
    frequencies = [count / len(key) for count in Counter(key).values()]
    bits = -len(key) * sum(frequency * math.log2(frequency) for frequency in frequencies)
    steps = Counter(ord(after) - ord(before) for before, after in pairwise(key))
    is_repeated = key in (key + key)[1:-1]
    return bits < MIN_SECRET_BITS or is_repeated or steps.most_common(1)[0][1] > len(key) / 2


def load_settings() -> Settings:
    """The settings of this process, or ``SettingsError`` naming the first invalid variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "REPUTE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} is invalid: {first['msg'].removeprefix('Value error, ')}.") from None
