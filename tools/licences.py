"""Licences of what the bundles install, by SPDX expression: `make stage` reads no package's metadata.

A test holds the table to requirements.lock, and to the metadata of those packages that state an expression.
"""

from __future__ import annotations

_BY_EXPRESSION = {
    "Apache-2.0": """
        cachecontrol cloudevents deprecation firebase-admin functions-framework google-api-core google-auth
        google-cloud-core google-cloud-firestore google-cloud-storage google-cloud-tasks google-crc32c
        google-resumable-media googleapis-common-protos grpc-google-iam-v1 grpcio grpcio-status msgpack
        opentelemetry-api proto-plus requests watchdog
    """,
    "Apache-2.0 OR BSD-2-Clause": "packaging",
    "Apache-2.0 OR BSD-3-Clause": "cryptography",
    "BSD-2-Clause": "pyasn1 pyasn1-modules",
    "BSD-3-Clause": """
        click flask httpcore httpx idna itsdangerous jinja2 markupsafe protobuf pycparser starlette uvicorn
        uvicorn-worker werkzeug
    """,
    "MIT": "anyio blinker charset-normalizer gunicorn h11 h2 hpack hyperframe pydub pyjwt urllib3",
    "MIT-0": "cffi",
    "MPL-2.0": "certifi",
    "PSF-2.0": "audioop-lts typing-extensions",
}
LICENCES = {name: expression for expression, names in _BY_EXPRESSION.items() for name in names.split()}
