"""What is shown once everything answers: where it is, and how to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.cloud import LocalCloud
    from localcloud.settings import Settings

SOURCED = """
In another shell (docs/api.md shows the whole session with curl: sign up, create, upload, download):

  . {data}/env
"""
FUNCTIONS = """\
  curl $SONUBE_URL/api/formats
  gsutil cp song.wav gs://$BUCKET/drop/mp3/          # converts it
"""
APIS = """\
  gsutil ls -r gs://$BUCKET
  gcloud storage ls -r gs://$BUCKET
  gcloud storage cp song.wav gs://$BUCKET/elsewhere/
  gcloud storage cat gs://$BUCKET/elsewhere/song.wav | wc -c
  gcloud storage rm gs://$BUCKET/elsewhere/song.wav
  curl $LOCALCLOUD_URL/status                        # events, convert instances, faults
  curl $LOCALCLOUD_URL/mails                         # mails that would have been sent
"""
CLIENT = """
Or, after `pip install .` in a virtual environment:  sonube login --sign-up; sonube convert song.wav --to mp3
"""


def welcome(settings: Settings, cloud: LocalCloud) -> str:
    """The text; its lines that begin with two blanks are commands."""
    ends = f"(Ctrl-C stops it; its data is kept in {settings.data})"
    sourced = SOURCED.format(data=settings.data)
    if settings.apis_only:
        return f"\nGoogle's APIs are running, without the functions      {ends}\n{sourced}{APIS}"
    running = f"\nSonube is running: {cloud.client['SONUBE_URL']}      {ends}\n"
    return running + sourced + FUNCTIONS + APIS + CLIENT
