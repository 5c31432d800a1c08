#!/usr/bin/env bash
# Puts Sonube on Google Cloud from nothing; run again, it changes only what differs. docs/deploy.md tells the rest.
# shellcheck disable=SC2034  # the parts in deploy/ read what is set here
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
((BASH_VERSINFO[0] >= 5)) || { echo "deploy.sh needs bash 5, as Cloud Shell has it." >&2 && exit 2; }

usage() {
  cat <<'TEXT'
usage: ./deploy.sh [COMMAND] [OPTIONS]

commands   doctor      say what is missing, change nothing (what runs when no command is given)
           stage       write the bundles of the functions to build/
           infra       APIs, accounts, bucket, Firestore, queue, permissions, sign-in, metrics, dashboard
           functions   stage, then deploy notify, convert, api, and what needs their addresses
           all         doctor, infra, functions, status
           status      what runs, and where
           destroy     remove it; files and tasks are kept unless --with-data

options    --project ID      default: gcloud's own
           --region NAME     default: us-central1; of functions, bucket, database and queue alike
           --bucket NAME     default: PROJECT-sonube
           --budget AMOUNT   a monthly budget with alerts, such as 20EUR
           --dry-run         print every command, run none
           --yes             ask nothing
           --with-data       destroy: the bucket with all files and the database too
TEXT
}

COMMAND="" PROJECT="${PROJECT:-}" REGION=us-central1 BUCKET="" BUDGET="" DRY_RUN="" YES="" WITH_DATA=""

parse() {
  while (($#)); do
    case $1 in
      doctor | stage | infra | functions | all | status | destroy) COMMAND=$1 ;;
      --project=* | --region=* | --bucket=* | --budget=*) option "${1%%=*}" "${1#*=}" ;;
      --project | --region | --bucket | --budget) option "$1" "${2:?$1 needs a value}" && shift ;;
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
  [[ $2 =~ ^[A-Za-z0-9][A-Za-z0-9._:-]*$ ]] || { echo "deploy.sh: $1 cannot be '$2'" >&2 && exit 2; }
  printf -v "${name^^}" %s "$2"
}

for part in settings running doctor identity grants infra functions watching status destroy; do
  # shellcheck source=/dev/null  # each is checked on its own
  source "deploy/$part.sh"
done

# The project's id, and its number, which names its service agents and the addresses of its functions.
find_project() {
  if [[ -z $PROJECT && -z $DRY_RUN ]]; then
    PROJECT=$(gcloud config get-value project 2>/dev/null) || PROJECT=""
  fi
  [[ -n $PROJECT ]] || fail "Which project? ./deploy.sh $COMMAND --project ID"
  export CLOUDSDK_CORE_PROJECT=$PROJECT CLOUDSDK_CORE_DISABLE_PROMPTS=1
  say "export CLOUDSDK_CORE_PROJECT=$PROJECT CLOUDSDK_CORE_DISABLE_PROMPTS=1"
  if peek gcloud projects describe "$PROJECT" --format='value(projectNumber)'; then
    PROJECT_NUMBER=$FOUND
  elif [[ -z $DRY_RUN && $COMMAND != doctor && $COMMAND != all ]]; then
    fail "Project $PROJECT cannot be read; ./deploy.sh doctor says more. $COMPLAINT"
  fi
  name_things
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
    all) all ;;
    status) status ;;
    destroy) destroy ;;
  esac
  finished
}

all() {
  doctor || confirm "Go on all the same?" || fail "Nothing was changed."
  [[ -n $DRY_RUN || $PROJECT_NUMBER != 0 ]] || fail "Nothing can be done without project $PROJECT."
  infra
  functions
  status
}

main "$@"
