"""The settings of one installation: the only reader of the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent
KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations; docs/operations.md explains each one.

    base_url is what links in mails and on certificates begin with; trusted_proxies is how many
    reverse proxies stand in front, so that a forged X-Forwarded-For changes nothing.
    """

    secret_key: str
    database_url: str
    instance: Path
    environment: str = "development"
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    mail_from: str = "award@localhost"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_tls: bool = True
    upload_limit: int = 25 * 1024 * 1024
    default_language: str = "ru"
    testing: bool = False

    @property
    def development(self) -> bool:
        """Whether mails are kept for /dev/mail and the demo's people are offered at sign-in."""
        return self.environment == "development"

    @property
    def files(self) -> Path:
        """The folder of uploaded and issued files."""
        return self.instance / "files"

    @property
    def cache(self) -> Path:
        """The folder of drawn pictures: made anew where one is missing."""
        return self.instance / "cache"

    @property
    def keys(self) -> Path:
        """The folder of signing keys: outside the store, so that a copied store signs nothing."""
        return self.instance / KEYS


def _secret_key(instance: Path) -> str:
    """Return the installation's own key, made on first use and readable by its owner only."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def instance_folder() -> Path:
    """Return the installation's folder, there or not: what only looks into it makes nothing."""
    return Path(os.environ.get("AWARD_INSTANCE", ROOT / "instance")).resolve()


def from_environment() -> Settings:
    """Read AWARD_* variables; what is unset has the default of a laptop installation."""
    instance = instance_folder()
    return Settings(
        secret_key=os.environ.get("AWARD_SECRET_KEY") or _secret_key(instance),
        database_url=os.environ.get("AWARD_DATABASE_URL", f"sqlite:///{instance}/award.sqlite3"),
        instance=instance,
        environment=os.environ.get("AWARD_ENVIRONMENT", "development"),
        base_url=os.environ.get("AWARD_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        trusted_hosts=tuple(filter(None, os.environ.get("AWARD_TRUSTED_HOSTS", "").split(","))),
        trusted_proxies=int(os.environ.get("AWARD_TRUSTED_PROXIES", "0")),
        mail_from=os.environ.get("AWARD_MAIL_FROM", "award@localhost"),
        smtp_host=os.environ.get("AWARD_SMTP_HOST", ""),
        smtp_port=int(os.environ.get("AWARD_SMTP_PORT", "587")),
        smtp_user=os.environ.get("AWARD_SMTP_USER", ""),
        smtp_password=os.environ.get("AWARD_SMTP_PASSWORD", ""),
        smtp_tls=_flag("AWARD_SMTP_TLS", default=True),
        upload_limit=int(os.environ.get("AWARD_UPLOAD_LIMIT", str(25 * 1024 * 1024))),
        default_language=os.environ.get("AWARD_DEFAULT_LANGUAGE", "ru"),
    )


def for_tests(instance: Path, database_url: str | None = None) -> Settings:
    """Return settings of a throw-away installation below ``instance``."""
    return Settings(
        secret_key="only-for-tests",  # noqa: S106 - a test installation keeps no secrets
        database_url=database_url or f"sqlite:///{instance}/test.sqlite3",
        instance=instance,
        base_url="http://localhost",
        testing=True,
    )
