#!/usr/bin/env bash
# Deploys Sonube to Google Cloud. Run again, it changes only what differs. See docs/deploy.md.
# shellcheck disable=SC2034  # the files in deploy/ read these variables
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
((BASH_VERSINFO[0] >= 5)) || { echo "deploy.sh requires bash 5, which Cloud Shell has." >&2 && exit 2; }

usage() {
  cat <<'TEXT'
usage: ./deploy.sh [COMMAND] [OPTIONS]

commands   doctor      check what is missing, change nothing (the default)
           stage       write the functions' bundles to build/
           infra       create APIs, accounts, bucket, Firestore, queues, permissions, sign-in, metrics, dashboard
           functions   stage and deploy notify, convert-queued, convert and api, then sweeper and alerts
           verify      convert a file on the deployed service, and time each step
           all         doctor, infra, functions, status and verify
           status      show what is deployed, and where
           destroy     delete everything but files and tasks

options    --project ID      default: gcloud's project
           --region NAME     of functions, bucket, database and queues; default: us-central1
           --bucket NAME     default: PROJECT-sonube
           --budget AMOUNT   create a monthly budget with alerts, such as 20EUR
           --alert-email A   send alerts to this address
           --json FILE       with verify and all: keep the times of the steps
           --dry-run         print the commands without running them
           --yes             do not ask for confirmation
           --with-data       with destroy: delete the bucket with all files and the database too
TEXT
}

COMMAND="" PROJECT="${PROJECT:-}" REGION=us-central1 BUCKET="" BUDGET="" ALERT_EMAIL="" JSON="" DRY_RUN="" YES="" WITH_DATA=""

parse() {
  while (($#)); do
    case $1 in
      doctor | stage | infra | functions | verify | all | status | destroy) COMMAND=$1 ;;
      --project=* | --region=* | --bucket=* | --budget=* | --json=* | --alert-email=*) option "${1%%=*}" "${1#*=}" ;;
      --project | --region | --bucket | --budget | --json | --alert-email) option "$1" "${2:?$1 needs a value}" && shift ;;
      --dry-run) DRY_RUN=yes ;;
      --yes) YES=yes ;;
      --with-data) WITH_DATA=yes ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
}

option() {
  local name=${1#--}
  name=${name//-/_}
  [[ $2 =~ ^[A-Za-z0-9./_][A-Za-z0-9./_:@+-]*$ ]] || { echo "deploy.sh: '$2' is not a valid value for $1." >&2 && exit 2; }
  printf -v "${name^^}" %s "$2"
}

for part in settings commands doctor identity grants infra layer quota functions public monitoring alerts status verify destroy; do
  # shellcheck source=/dev/null  # each file is checked on its own
  source "deploy/$part.sh"
done

# Finds the project's number, which is part of its service agents' names and its functions' URLs.
find_project() {
  if [[ -z $PROJECT && -z $DRY_RUN ]]; then
    PROJECT=$(gcloud config get-value project 2>/dev/null) || PROJECT=""
  fi
  [[ -n $PROJECT ]] || fail "No project is set. Run: ./deploy.sh $COMMAND --project ID"
  export CLOUDSDK_CORE_PROJECT=$PROJECT CLOUDSDK_CORE_DISABLE_PROMPTS=1
  say "export CLOUDSDK_CORE_PROJECT=$PROJECT CLOUDSDK_CORE_DISABLE_PROMPTS=1"
  if try_read gcloud projects describe "$PROJECT" --format='value(projectNumber)'; then
    PROJECT_NUMBER=$FOUND
  elif [[ -z $DRY_RUN && $COMMAND != doctor && $COMMAND != all ]]; then
    fail "Project $PROJECT cannot be read. Run ./deploy.sh doctor for details. $ERRORS"
  fi
  set_names
}

main() {
  parse "$@"
  COMMAND=${COMMAND:-doctor}
  [[ $COMMAND != stage ]] || { stage && return; }
  find_project
  case $COMMAND in
    doctor) doctor ;;
    infra) infra ;;
    functions) functions ;;
    verify) verify ;;
    all) all ;;
    status) status ;;
    destroy) destroy ;;
  esac
  summary
}

all() {
  doctor || confirm "Continue anyway?" || fail "Nothing was changed."
  [[ -n $DRY_RUN || $PROJECT_NUMBER != 0 ]] || fail "Project $PROJECT cannot be read. Nothing was changed."
  infra
  functions
  status
  verify
}

main "$@"
