"""Videos that a team keeps at one of the usual hosts: recognised by their address alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

HOSTS = (
    (
        "YouTube",
        r"(?:(?:www|m)\.)?youtube\.com/(?:watch\?(?:\S*&)?v=|shorts/|live/)[\w-]{11}",
    ),
    ("YouTube", r"youtu\.be/[\w-]{11}"),
    ("Rutube", r"(?:www\.)?rutube\.ru/(?:video|shorts|play/embed)/(?:private/)?[0-9a-f]{32}"),
    ("VK Видео", r"(?:(?:www|m)\.)?vk(?:video)?\.(?:com|ru)/(?:\S*/)?(?:video|clip)-?\d+_\d+"),
    ("Vimeo", r"(?:www\.|player\.)?vimeo\.com/(?:video/)?\d+"),
    ("Дзен", r"dzen\.ru/video/watch/[0-9a-f]+"),
)
KNOWN = tuple(
    (name, re.compile(f"https?://{pattern}(?:[/?&#]|$)", re.I)) for name, pattern in HOSTS
)


@dataclass(frozen=True, slots=True)
class HostedVideo:
    """A video elsewhere: nothing of it is asked for before somebody follows its address."""

    host: str
    site: str
    address: str


def hosted_video(address: str) -> HostedVideo | None:
    """Return the video that a link leads to; None for a link to anything else."""
    for name, pattern in KNOWN:
        if pattern.match(address.strip()):
            site = address.strip().split("/")[2].lower()
            return HostedVideo(name, site, address.strip())
    return None
