# shellcheck shell=bash
# How commands run: reads are silent and may find nothing, changes are printed, and errors name their step.

SCRATCH=$(mktemp -d)
STEP="" CHANGES=0 FOUND="" ERRORS="" WARNINGS=()
trap 'on_exit $?' EXIT

say() { printf '%s\n' "$*"; }
fail() { printf 'deploy.sh: %s\n' "$*" >&2 && exit 1; }

# quoted WORD...: a line that a shell reads as these words; a `call_api` as the curl command that it runs.
quoted() {
  local word line=""
  if [[ $1 == call_api ]]; then
    # shellcheck disable=SC2016  # the user's shell expands it when the line is pasted
    printf 'curl --request %s --header "Authorization: Bearer $(gcloud auth print-access-token)"' "$2"
    printf ' --header x-goog-user-project:%s --header content-type:application/json' "$PROJECT"
    [[ -z ${4:-} ]] || printf ' --data %s' "${4@Q}"
    printf ' %s' "${3@Q}"
    return
  fi
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]]; then line+=" $word"; else line+=" ${word@Q}"; fi
  done
  printf '%s' "${line# }"
}

# step TITLE COMMAND...: run one step; an error message names its title.
step() {
  STEP=$1
  say "== $1"
  "${@:2}"
  STEP=""
}

# try_read COMMAND...: set FOUND to its output. False if it fails for any reason, with the reason in ERRORS.
try_read() {
  FOUND="" ERRORS=""
  if [[ -n $DRY_RUN ]]; then
    say "  ? $(quoted "$@")"
    return 1
  fi
  FOUND=$("$@" 2>"$SCRATCH/errors") && return 0
  ERRORS=$(<"$SCRATCH/errors")
  return 1
}

# read_resource COMMAND...: as try_read, but false only if the resource does not exist. Other errors end the script.
read_resource() {
  if try_read "$@"; then return 0; fi
  [[ -n $ERRORS ]] || return 1
  [[ ! ${ERRORS,,} =~ not[\ _]found|cannot\ find|does\ not\ exist|error:\ 404 ]] || return 1
  printf '%s\n' "$ERRORS" >&2
  fail "This command failed: $(quoted "$@")"
}

# resource_exists COMMAND...: as read_resource, but true in a dry run.
resource_exists() { read_resource "$@" || [[ -n $DRY_RUN ]]; }

# apply COMMAND...: print and run a command that changes something; its output is dropped, its errors are shown.
apply() {
  say "  + $(quoted "$@")"
  CHANGES=$((CHANGES + 1))
  [[ -n $DRY_RUN ]] || "$@" >/dev/null
}

# apply_with_retries COMMAND...: as apply, retried for a minute, because new resources take time to become visible.
apply_with_retries() { apply_retrying_on "" 2 5 10 20 30 -- "$@"; }

# apply_retrying_on PATTERN SECONDS... -- COMMAND...: as apply, retried after each wait while its errors match.
apply_retrying_on() {
  local pattern=$1 waits_s=()
  shift
  while [[ $1 != -- ]]; do waits_s+=("$1") && shift; done
  shift
  while ! apply_keeping_errors "$@"; do
    [[ ${#waits_s[@]} -gt 0 && $(<"$SCRATCH/errors") =~ $pattern ]] || return 1
    say "  failed; retrying in ${waits_s[0]} s"
    sleep "${waits_s[0]}"
    waits_s=("${waits_s[@]:1}")
  done
}

# apply_keeping_errors COMMAND...: as apply, and write the errors to a file too.
apply_keeping_errors() {
  say "  + $(quoted "$@")"
  CHANGES=$((CHANGES + 1))
  [[ -n $DRY_RUN ]] || "$@" 2>&1 >/dev/null | tee "$SCRATCH/errors" >&2
}

unchanged() { say "  = $*"; }

# matches WANTED: whether the JSON in FOUND has everything in the JSON text WANTED.
matches() { printf '%s' "$FOUND" | python deploy/matches.py "$1"; }

# call_api METHOD URL [JSON]: an authorised call, where gcloud has no command. The token is passed in a private file.
call_api() {
  local token body=()
  token=$(gcloud auth print-access-token)
  printf 'Authorization: Bearer %s\n' "$token" >"$SCRATCH/authorization"
  [[ -z ${3:-} ]] || body=(--data "$3")
  curl --silent --show-error --fail-with-body --max-time 60 --request "$1" --header @"$SCRATCH/authorization" \
    --header "x-goog-user-project: $PROJECT" --header 'content-type: application/json' "${body[@]}" "$2"
}

confirm() {
  [[ -n $YES || -n $DRY_RUN ]] && return 0
  local answer=""
  read -r -p "$1 [y/N] " answer || return 1
  [[ $answer == y* ]]
}

# warn_at_end TEXT: a problem that does not stop the script; printed at the end, with exit status 1.
warn_at_end() { WARNINGS+=("$*"); }

summary() {
  if [[ -n $DRY_RUN ]]; then say "Dry run: nothing was changed. In an empty project, these commands would run."; return; fi
  if [[ $COMMAND == doctor || $COMMAND == status ]]; then return; fi
  if ((${#WARNINGS[@]})); then
    printf 'deploy.sh: %s\n' "${WARNINGS[@]}" >&2
    exit 1
  fi
  if ((CHANGES)); then say "Done: $CHANGES changes."; else say "Done: nothing to change."; fi
}

on_exit() {
  rm -rf "$SCRATCH"
  if (($1)) && [[ -n $STEP ]]; then
    printf 'deploy.sh: step "%s" failed (exit status %s).\n' "$STEP" "$1" >&2
    printf 'Earlier changes are kept. Fix the problem and run ./deploy.sh %s again; it continues from there.\n' \
      "$COMMAND" >&2
  fi
}
