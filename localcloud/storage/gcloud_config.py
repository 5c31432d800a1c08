"""The files and environment variables with which gsutil and gcloud use this Cloud Storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BOTO_FILE = """\
[Credentials]
gs_json_host = {host}
gs_json_port = {port}
[Boto]
https_validate_certificates = True
num_retries = 3
[GSUtil]
default_project_id = {project}
software_update_check_period = 0
state_dir = {directory}/gsutil
"""


def command_line_environment(
    directory: Path,
    *,
    project: str,
    http_port: int,
    https_port: int,
    certificate: Path,
    host: str = "localhost",
) -> dict[str, str]:
    """Write gsutil's boto file and return the variables with which both tools reach us, without credentials.

    gsutil speaks to the JSON API over https alone, so it needs the port with the certificate; gcloud takes
    any URL. gsutil is started by gcloud's wrapper, whose CA setting wins over the boto file's: so it is set
    there.

    Args:
        directory: absolute; the settings, caches and logs of both tools go below it.
        project: the default project.
        http_port: where the storage application listens in plain HTTP.
        https_port: where it listens with `certificate`.
        certificate: the PEM file of a certificate that is valid for `host`; absolute.
        host: by what name this machine is reached.
    """
    directory.mkdir(parents=True, exist_ok=True)
    boto = directory / "boto"
    boto.write_text(BOTO_FILE.format(host=host, port=https_port, project=project, directory=directory))
    return {
        "BOTO_CONFIG": str(boto),
        "CLOUDSDK_CONFIG": str(directory / "gcloud"),
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE": f"http://{host}:{http_port}/storage/v1/",
        "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
        "CLOUDSDK_CORE_PASS_CREDENTIALS_TO_GSUTIL": "false",
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE": str(certificate),
        "CLOUDSDK_CORE_PROJECT": project,
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "true",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
    }
