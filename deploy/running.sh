# shellcheck shell=bash
# How commands are run: looks are quiet and may find nothing, changes are printed, and a failure says where.

SCRATCH=$(mktemp -d)
STEP="" CHANGES=0 FOUND="" COMPLAINT="" LATER=()
trap 'stopped $?' EXIT

say() { printf '%s\n' "$*"; }
fail() { printf 'deploy.sh: %s\n' "$*" >&2 && exit 1; }

# The words as one line that a shell reads back as the same words; a call of `rest` as the curl that it makes.
quoted() {
  local word line=""
  if [[ $1 == rest ]]; then
    # shellcheck disable=SC2016  # whoever pastes the line gets a token of their own
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

# step TITLE COMMAND...: one part of the work, named in what is printed if it fails.
step() {
  STEP=$1
  say "== $1"
  "${@:2}"
  STEP=""
}

# peek COMMAND...: FOUND is what it prints; false, whatever the reason, if it fails. COMPLAINT is why.
peek() {
  FOUND="" COMPLAINT=""
  if [[ -n $DRY_RUN ]]; then
    say "  ? $(quoted "$@")"
    return 1
  fi
  FOUND=$("$@" 2>"$SCRATCH/complaint") && return 0
  COMPLAINT=$(<"$SCRATCH/complaint")
  return 1
}

# look COMMAND...: as peek, but false only if the thing does not exist. Other failures end the script.
look() {
  if peek "$@"; then return 0; fi
  [[ -n $COMPLAINT ]] || return 1
  [[ ! ${COMPLAINT,,} =~ not[\ _]found|cannot\ find|does\ not\ exist|error:\ 404 ]] || return 1
  printf '%s\n' "$COMPLAINT" >&2
  fail "could not be read: $(quoted "$@")"
}

# change COMMAND...: print it and run it; what it answers is not wanted, what it complains about is.
change() {
  say "  + $(quoted "$@")"
  CHANGES=$((CHANGES + 1))
  [[ -n $DRY_RUN ]] || "$@" >/dev/null
}

# patiently COMMAND...: as change, tried again for a minute: what was just made is not known everywhere at once.
patiently() { again_while "" 2 5 10 20 30 -- "$@"; }

# again_while PATTERN SECONDS... -- COMMAND...: as change, tried again after each wait while the complaint has the
# pattern in it.
again_while() {
  local pattern=$1 waits_s=()
  shift
  while [[ $1 != -- ]]; do waits_s+=("$1") && shift; done
  shift
  while ! attempt "$@"; do
    [[ ${#waits_s[@]} -gt 0 && $(<"$SCRATCH/complaint") =~ $pattern ]] || return 1
    say "  that failed; once more in ${waits_s[0]} s"
    sleep "${waits_s[0]}"
    waits_s=("${waits_s[@]:1}")
  done
}

# attempt COMMAND...: as change, and the complaint is kept too.
attempt() {
  say "  + $(quoted "$@")"
  CHANGES=$((CHANGES + 1))
  [[ -n $DRY_RUN ]] || "$@" 2>&1 >/dev/null | tee "$SCRATCH/complaint" >&2
}

# there COMMAND...: as look, but in a dry run everything is there.
there() { look "$@" || [[ -n $DRY_RUN ]]; }

unchanged() { say "  = $*"; }

# holds WANTED: whether the JSON in FOUND has everything that the JSON text WANTED has.
holds() { printf '%s' "$FOUND" | python deploy/holds.py "$1"; }

# rest METHOD URL [JSON]: one authorised call where gcloud has no command. The token goes through a private file.
rest() {
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

# later TEXT: something that does not stop the work, but must not go unseen: said at the end, with exit status 1.
later() { LATER+=("$*"); }

finished() {
  if [[ -n $DRY_RUN ]]; then say "Nothing was run: this is what would be, were there nothing yet."; return; fi
  if [[ $COMMAND == doctor || $COMMAND == status ]]; then return; fi
  if ((${#LATER[@]})); then
    printf 'deploy.sh: %s\n' "${LATER[@]}" >&2
    exit 1
  fi
  if ((CHANGES)); then say "Done: $CHANGES changes."; else say "Done: nothing to change."; fi
}

stopped() {
  rm -rf "$SCRATCH"
  if (($1)) && [[ -n $STEP ]]; then
    printf 'deploy.sh: stopped in step "%s" (exit status %s).\n' "$STEP" "$1" >&2
    printf 'What was done before stands. Put it right and run ./deploy.sh %s again: it goes on from there.\n' \
      "$COMMAND" >&2
  fi
}
