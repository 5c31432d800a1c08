# shellcheck shell=bash
# Proves the deployment by a real conversion, as a user makes it, and by what only an operator sees.

verify() {
  say "== verify"
  if [[ -n $DRY_RUN ]]; then
    say "  ? deploy/verify.py converts a file on the deployed service"
    return
  fi
  FAILURES=0
  find_api_key
  wait_for_indexes
  verify_conversion
  verify_sweeper
  verify_dead_letter
  keep_figures
  if ((FAILURES)); then
    warn_at_end "Steps of the verification that failed: $FAILURES. The likely causes are above; docs/operate.md has more."
  else
    say "Verified: $API_URL converts."
  fi
}

# Tasks cannot be listed before Firestore has built its indexes: minutes, in an empty database.
wait_for_indexes() {
  for _ in {1..20}; do
    if ! indexes_are_building; then return; fi
    say "  … waiting 30 s: Firestore is building indexes"
    sleep 30
  done
}

# The page, an account, two uploads, a drop. Emulators take the place of Google's own services in tests.
verify_conversion() {
  local identity=https://identitytoolkit.googleapis.com
  if read_resource gcloud run services describe sonube-api --region="$REGION" --format='value(status.url)' && [[ -n $FOUND ]]; then
    API_URL=$FOUND
  fi
  [[ -z ${FIREBASE_AUTH_EMULATOR_HOST:-} ]] || identity=http://$FIREBASE_AUTH_EMULATOR_HOST/identitytoolkit.googleapis.com
  gcloud auth print-access-token | python deploy/verify.py --api "$API_URL" --region "$REGION" --bucket "$BUCKET" \
    --storage "${STORAGE_EMULATOR_HOST:-https://storage.googleapis.com}" --identity "$identity" \
    --key "$FIREBASE_API_KEY" --figures "$SCRATCH/figures" --wait "${VERIFY_WAIT_S:-300}" || FAILURES=$((FAILURES + 1))
}

verify_sweeper() {
  local before job=(gcloud scheduler jobs describe sonube-sweep --location="$REGION")
  read_resource "${job[@]}" --format='value(lastAttemptTime)' || FOUND=none
  before=$FOUND
  gcloud scheduler jobs run sonube-sweep --location="$REGION" >/dev/null 2>&1 || true
  for _ in {1..24}; do
    read_resource "${job[@]}" --format='value(lastAttemptTime,status.code)' || break
    if [[ ${FOUND%%$'\t'*} != "$before" ]]; then break; fi
    sleep 5
  done
  case $FOUND in
    '' | "$before" | "$before"$'\t'*) verify_failed "the sweeper's job did not run" "The job sonube-sweep is missing or paused. Run ./deploy.sh functions." ;;
    *$'\t' | *$'\t'0) say "  ok                 the sweeper's job ran" ;;
    *) verify_failed "the sweeper's job failed (code ${FOUND##*$'\t'})" "The invoker lacks roles/run.invoker on notify (code 7), or notify does not start: gcloud run services logs read sonube-notify --region=$REGION --limit=50" ;;
  esac
}

verify_dead_letter() {
  if ! read_resource gcloud pubsub subscriptions pull "$DEAD_LETTER" --limit=1 --format='value(message.messageId)'; then
    verify_failed "the dead-letter subscription does not exist" "Run ./deploy.sh infra."
  elif [[ -n $FOUND ]]; then
    verify_failed "the dead-letter topic is not empty" "convert failed $EVENT_DELIVERIES times with an event. docs/operate.md says what to do."
  else
    say "  ok                 the dead-letter topic is empty"
  fi
}

verify_failed() {
  FAILURES=$((FAILURES + 1))
  say "  FAILED            $1"
  say "                    Likely cause: $2"
}

# With --json, the figures of this run are kept; docs/performance.md has a place for them.
keep_figures() {
  [[ -n $JSON ]] || return 0
  python deploy/figures.py "$REGION" "$FAILURES" <"$SCRATCH/figures" >"$JSON"
  say "  figures in $JSON"
}
