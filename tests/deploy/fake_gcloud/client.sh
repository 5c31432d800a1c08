#!/usr/bin/env bash
# Replaces gcloud and curl on PATH. Sends the command to the test that listens on FAKE_GCLOUD_PORT (server.py), which
# returns the status and the output. bash starts ten times as fast as Python, and deploy.sh runs 140 commands.
exec 3<>"/dev/tcp/127.0.0.1/$FAKE_GCLOUD_PORT"
printf '%s\0' $(($# + 2)) "$PWD" "${0##*/}" "$@" >&3
read -r status <&3
IFS= read -r -d '' text <&3
if ((status)); then printf %s "$text" >&2; else printf %s "$text"; fi
exit "$status"
