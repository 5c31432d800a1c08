# shellcheck shell=bash
# How commands run: reads are silent and may find nothing, changes are printed, and errors name their step.

SCRATCH=$(mktemp -d)
STEP="" CHANGES=0 FOUND="" ERRORS="" WARNINGS=() NOTES=()
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

# read_resource COMMAND...: as try_read, but false only if the resource does not exist. Waits for Google where that
# helps (deploy/refusals.tsv); other errors end the script.
read_resource() {
  local tries=0
  until try_read "$@"; do
    [[ -n $ERRORS ]] || return 1
    [[ ! ${ERRORS,,} =~ not[\ _]found|cannot\ find|does\ not\ exist|may\ not\ exist|error:\ 404 ]] || return 1
    wait_for_google $((tries++)) || {
      printf '%s\n' "$ERRORS" >&2
      fail "This command failed: $(quoted "$@")"
    }
  done
}

# resource_exists COMMAND...: as read_resource, but true in a dry run.
resource_exists() { read_resource "$@" || [[ -n $DRY_RUN ]]; }

# apply COMMAND...: print and run a command that changes something. Waits for Google where that helps; its output is
# dropped, and its last errors are shown if it fails.
apply() {
  attempt "$@" || { printf '%s\n' "$ERRORS" >&2 && return 1; }
}

# attempt COMMAND...: as apply, but a failure is silent, with the reason in ERRORS.
attempt() {
  local tries=0
  say "  + $(quoted "$@")"
  CHANGES=$((CHANGES + 1))
  [[ -z $DRY_RUN ]] || return 0
  until "$@" >/dev/null 2>"$SCRATCH/errors"; do
    ERRORS=$(<"$SCRATCH/errors")
    # An earlier run was killed, or a lost answer hid that the command had worked.
    if [[ " $* " == *" create "* && $ERRORS =~ ALREADY_EXISTS|already\ exists|you\ already\ own\ it ]]; then return; fi
    wait_for_google $((tries++)) || return 1
  done
}

# Seconds between tries: five minutes in all.
WAITS_S=(5 10 15 20 30 40 60 60 60)

# wait_for_google TRIES: wait if the refusal in ERRORS passes by itself. False if it does not, or did not in time.
wait_for_google() {
  local pattern reason delay_s=${WAITS_S[$1]:-}
  [[ -n $delay_s ]] || return 1
  while IFS=$'\t' read -r pattern reason _; do
    if [[ $pattern != \#* && $ERRORS =~ $pattern ]]; then
      say "  … waiting $delay_s s: $reason"
      sleep "$delay_s"
      return
    fi
  done <deploy/refusals.tsv
  return 1
}

unchanged() { say "  = $*"; }

# matches WANTED: whether the JSON in FOUND has everything in the JSON text WANTED.
matches() { printf '%s' "$FOUND" | python deploy/matches.py "$1"; }

# call_api METHOD URL [JSON]: an authorised call, where gcloud has no command. The API must be enabled in the project.
call_api() { call_google "$1" "$2" "${3:-}" --header "x-goog-user-project: $PROJECT"; }

# call_google METHOD URL JSON [OPTION...]: as call_api, also if the API is not enabled. The token is in a private file.
call_google() {
  local token body=()
  token=$(gcloud auth print-access-token)
  printf 'Authorization: Bearer %s\n' "$token" >"$SCRATCH/authorization"
  [[ -z ${3:-} ]] || body=(--data "$3")
  # The answer of a refused call has the reason.
  curl --silent --show-error --fail-with-body --max-time 60 --request "$1" --header @"$SCRATCH/authorization" \
    --header 'content-type: application/json' "${body[@]}" "${@:4}" "$2" >"$SCRATCH/answer" || {
    local status=$?
    cat "$SCRATCH/answer" >&2
    return "$status"
  }
  cat "$SCRATCH/answer"
}

confirm() {
  [[ -n $YES || -n $DRY_RUN ]] && return 0
  local answer=""
  read -r -p "$1 [y/N] " answer || return 1
  [[ $answer == y* ]]
}

# warn_at_end TEXT: a problem that does not stop the script; printed at the end, with exit status 1.
warn_at_end() { WARNINGS+=("$*"); }

# note_at_end TEXT: something to know, printed at once and at the end.
note_at_end() {
  say "  ! $*"
  NOTES+=("$*")
}

summary() {
  if [[ -n $DRY_RUN ]]; then say "Dry run: nothing was changed. In an empty project, these commands would run."; return; fi
  if [[ $COMMAND == doctor || $COMMAND == status ]]; then return; fi
  ((${#NOTES[@]} == 0)) || printf 'Note: %s\n' "${NOTES[@]}"
  if ((${#WARNINGS[@]})); then
    printf 'deploy.sh: %s\n' "${WARNINGS[@]}" >&2
    exit 1
  fi
  if [[ $COMMAND == verify ]]; then return; fi
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
