"""What `make run` shows once everything answers: where it is, and how to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.cloud import LocalCloud
    from localcloud.settings import Settings

TEXT = """
Sonube is running: {url}      (Ctrl-C ends it; its data stay in {data})

In another shell:

  . {data}/env                     # the addresses, for curl and for any Google client
  curl $SONUBE_URL/api/formats     # README has the whole way: sign up, create, upload, download
  gsutil ls -r gs://$BUCKET        # gcloud storage works too
  curl $LOCALCLOUD_URL/status      # events, convert instances, injected faults
"""


def welcome(settings: Settings, cloud: LocalCloud) -> str:
    """The text."""
    return TEXT.format(url=cloud.client["SONUBE_URL"], data=settings.data)
