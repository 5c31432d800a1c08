"""Examples of responses: one file from its upload to its download."""

from __future__ import annotations

from typing import Any

from shared.domain.errors import NotAudio
from shared.domain.notes.base import Note
from shared.domain.notes.source import LengthCorrected

from ..inputs.fields import KEY_ID_PARAMETER, REFRESH_TOKEN, TASK_ID_PARAMETER

TASK_ID = TASK_ID_PARAMETER.example


def _download(file: str) -> dict[str, Any]:
    return {
        "url": f"https://sonube.example/api/tasks/{TASK_ID}/download?file={file}&expires=…",
        "method": "GET",
        "headers": {},
        "expiresAt": "2026-11-23T12:30:00.000Z",
    }


CONFIG = {
    "signIn": {
        "apiKey": "AIzaSy…",
        "identityToolkitUrl": "https://identitytoolkit.googleapis.com/v1",
        "secureTokenUrl": "https://securetoken.googleapis.com/v1",
    }
}
SESSION: dict[str, Any] = {
    "userId": "wq0UO3kzPrcDhAf7vZ4cJ1xLhQ92",
    "idToken": "eyJhbGciOiJSUzI1NiIs…",
    **REFRESH_TOKEN.example(),
    "expiresIn": 3600,
}
ACCOUNT: dict[str, Any] = {
    "userId": SESSION["userId"],
    "email": "you@example.com",
    "emailVerified": True,
    "createdAt": "2026-11-23T12:00:00.000Z",
}
MAIL_PURPOSE = {"email": ACCOUNT["email"], "purpose": "reset"}
API_KEY: dict[str, Any] = {
    "id": KEY_ID_PARAMETER.example,
    "name": "Podcast server",
    "scope": "write",
    "ending": "9f3c",
    "createdAt": "2026-11-23T12:00:00.000Z",
    "expiresAt": "2027-11-23T12:00:00.000Z",
    "lastUsedAt": None,
}
CREATED_KEY = {**API_KEY, "key": "snb_…9f3c"}
UPLOAD: dict[str, Any] = {
    "url": f"https://storage.googleapis.com/BUCKET/{TASK_ID}/song.wav?X-Goog-Signature=…",
    "method": "PUT",
    "headers": {
        "content-type": "application/octet-stream",
        "x-goog-content-length-range": "0,2147483648",
        "x-goog-if-generation-match": "0",
    },
    "expiresAt": "2026-11-23T12:15:00.000Z",
}
_TIMES = {
    "createdAt": "2026-11-23T12:00:00.000Z",
    "updatedAt": "2026-11-23T12:00:00.000Z",
    "expireAt": "2026-11-30T12:00:00.000Z",
}
_OUTPUT: dict[str, Any] = {
    "format": "mp3",
    "filename": "song.mp3",
    "options": {"bitRateKbps": 192},
    "sizeBytes": None,
    "durationS": None,
    "sampleRateHz": None,
    "channels": None,
    "bitRateKbps": None,
    "copied": False,
    "levels": None,
    "normalisation": None,
    "verdicts": [],
}

_LEVELS: dict[str, Any] = {
    "peaks": [0.021, 0.634, 0.587, 0.102],
    "peakDbfs": -3.96,
    "rmsDbfs": -17.4,
    "noiseFloorDbfs": -61.2,
}
_COST: dict[str, Any] = {
    "totalUsd": 0.000416,
    "computeUsd": 0.000133,
    "storageUsd": 0.000183,
    "operationsUsd": 0.0001,
}
WAITING: dict[str, Any] = {
    "id": TASK_ID,
    "filename": "song.wav",
    "state": "WAITING",
    "progress": 0.0,
    "source": {"sizeBytes": None},
    "outputs": [_OUTPUT],
    "notes": [],
    **_TIMES,
}
CREATED: dict[str, Any] = {
    **WAITING,
    "upload": {
        **UPLOAD,
        "resumable": {
            "url": f"https://sonube.example/api/tasks/{TASK_ID}/upload/session?expires=1795436100&signature=…",
            "method": "POST",
            "headers": {**UPLOAD["headers"], "x-goog-resumable": "start"},
            "expiresAt": "2026-11-23T12:15:00.000Z",
        },
    },
}
PROCESSED: dict[str, Any] = {
    **WAITING,
    "state": "PROCESSED",
    "progress": 1.0,
    "source": {
        "sizeBytes": 37_044_044,
        "container": "wav",
        "codec": "pcm_s16le",
        "durationS": 210.0,
        "sampleRateHz": 44_100,
        "channels": 2,
        "bitRateKbps": 1411,
        "bitsPerSample": 16,
        "levels": _LEVELS,
        "tags": {"title": "Canción"},
        "download": _download("original"),
        "waveform": _download("waveform"),
    },
    "outputs": [
        {
            **_OUTPUT,
            "sizeBytes": 5_041_192,
            "durationS": 210.02,
            "sampleRateHz": 44_100,
            "channels": 2,
            "bitRateKbps": 192,
            "levels": _LEVELS,
            "download": _download("converted&output=0"),
        }
    ],
    "notes": [Note.of(LengthCorrected(105.0, 210.0)).as_json()],
    "cost": _COST,
    "updatedAt": "2026-11-23T12:00:09.000Z",
}
FAILED: dict[str, Any] = {
    **WAITING,
    "id": "hOyFXv0sZgVU6aIPDPFBZw",
    "filename": "letter.mp3",
    "state": "FAILED",
    "source": {"sizeBytes": 2048},
    "cost": _COST,
    "error": {
        "code": NotAudio.code,
        "message": f"{NotAudio.title}.",
        "hint": NotAudio.hint,
        "retryable": NotAudio.retryable,
    },
}
QUOTE: dict[str, Any] = {
    "seconds": 6.0,
    "mostSeconds": 15.0,
    "costUsd": 0.000967,
    "mostCostUsd": 0.006683,
    "queue": "none",
}
USAGE: dict[str, Any] = {
    "month": "2026-11",
    "tasks": 12,
    "audioMinutes": 402.5,
    "storedBytes": 612_000_000,
    "fetchedBytes": 58_000_000,
    "costUsd": 0.013412,
    "reservedUsd": 0.0,
    "capUsd": 5.0,
    "renewsAt": "2026-12-01T00:00:00.000Z",
}
PAGE: dict[str, Any] = {"tasks": [WAITING, FAILED], "nextPageToken": None}
FORMATS: dict[str, Any] = {
    "formats": [
        {
            "name": "mp3",
            "extension": "mp3",
            "contentType": "audio/mpeg",
            "codec": "mp3",
            "lossless": False,
            "defaults": [{"upToHz": 48_000, "quality": 2}],
            "options": {
                "bitRateKbps": {
                    "type": "integer",
                    "description": "Bit rate.",
                    "minimum": 8,
                    "maximum": 320,
                    "unit": "kbit/s",
                }
            },
        }
    ],
    "presets": [
        {
            "name": "cd",
            "description": "What an audio CD holds.",
            "format": "wav",
            "options": {"sampleRateHz": 44_100, "channels": 2, "bitDepth": 16},
        }
    ],
    "tagFields": [{"name": "title", "kind": "text"}],
    "limits": {"uploadMaxBytes": 2_147_483_648, "durationMaxS": 14_400, "keptDays": 7},
}
