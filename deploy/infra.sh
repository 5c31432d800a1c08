# shellcheck shell=bash
# The infrastructure below the functions. Each step reads the current state and applies what differs.

infra() {
  step APIs apis
  step "service accounts" accounts
  step "service agents" service_agents
  step bucket bucket
  step Firestore database
  step "Firestore indexes" indexes
  step queues queues
  step "dead-letter topic" dead_letter
  step sign-in sign_in
  step "API key" api_key
  step "role for accounts" user_role
  step permissions grants project bucket queue:notify queue:webhooks queue:long queue:bulk account:api account:notify account:invoker topic
  step "log-based metrics" metrics
  step dashboard dashboard
  step budget budget
}

apis() {
  local name missing=()
  read_resource gcloud services list --enabled --format='value(config.name)' || true
  for name in "${APIS[@]}"; do
    [[ $'\n'$FOUND$'\n' == *$'\n'"$name.googleapis.com"$'\n'* ]] || missing+=("$name.googleapis.com")
  done
  if ((${#missing[@]})); then apply gcloud services enable "${missing[@]}"; else unchanged "${#APIS[@]} APIs"; fi
}

accounts() {
  local name
  for name in api convert notify trigger invoker build; do
    if read_resource gcloud iam service-accounts describe "$(account "$name")" --format='value(email)'; then
      unchanged "$(account "$name")"
    else
      apply gcloud iam service-accounts create "sonube-$name" --display-name="Sonube $name"
    fi
  done
}

# Soft delete is off: a deleted task is deleted for good, and deleted uploads would cost storage for another week.
bucket() {
  local wanted url=gs://$BUCKET lifecycle=deploy/lifecycle.json
  if [[ ${OVERRIDES[*]} == *TASK_LIFETIME_DAYS=* ]]; then
    lifecycle=build/lifecycle.json
    mkdir -p build
    python deploy/lifecycle.py "${OVERRIDES[@]}" >$lifecycle
  fi
  if ! read_resource gcloud storage buckets describe "$url" --raw --format=json; then
    apply gcloud storage buckets create "$url" --location="$REGION" --uniform-bucket-level-access \
      --public-access-prevention --soft-delete-duration=0
    read_resource gcloud storage buckets describe "$url" --raw --format=json || true
  fi
  wanted="{\"iamConfiguration\": {\"uniformBucketLevelAccess\": {\"enabled\": true},
    \"publicAccessPrevention\": \"enforced\"}, \"softDeletePolicy\": {\"retentionDurationSeconds\": \"0\"},
    \"cors\": $(<deploy/cors.json), \"lifecycle\": $(<$lifecycle)}"
  if matches "$wanted"; then
    unchanged "bucket $BUCKET"
  else
    apply gcloud storage buckets update "$url" --uniform-bucket-level-access --public-access-prevention \
      --soft-delete-duration=0 --cors-file=deploy/cors.json --lifecycle-file=$lifecycle
  fi
}

database() {
  if read_resource gcloud firestore databases describe --database='(default)' --format='value(locationId)'; then
    unchanged "database in $FOUND"
  else
    apply gcloud firestore databases create --database='(default)' --location="$REGION" --type=firestore-native \
      --delete-protection
  fi
}

# firestore.indexes.json is the list of indexes; localcloud refuses queries without one. Firestore builds them in the
# background, and refuses a change while it applies another (deploy/refusals.tsv).
indexes() {
  local line group field flags
  read_resource gcloud firestore indexes composite list --database='(default)' --format=json || true
  while read -ra flags; do
    if ((${#flags[@]})); then
      apply gcloud firestore indexes composite create --database='(default)' "${flags[@]}" --async
    fi
  done < <(printf '%s' "$FOUND" | python deploy/indexes.py missing-indexes)
  read_resource gcloud firestore indexes fields list --database='(default)' --format='value(name)' || true
  while read -r group field; do
    line=/collectionGroups/$group/fields/$field
    if [[ $FOUND$'\n' == *"$line"$'\n'* ]]; then continue; fi
    apply gcloud firestore indexes fields update "$field" --collection-group="$group" --database='(default)' \
      --disable-indexes --async
  done < <(python deploy/indexes.py exempt)
  read_resource gcloud firestore fields ttls list --database='(default)' --format='value(name)' || true
  while read -r group field; do
    line=/collectionGroups/$group/fields/$field
    if [[ $FOUND$'\n' == *"$line"$'\n'* ]]; then continue; fi
    apply gcloud firestore fields ttls update "$field" --collection-group="$group" --database='(default)' \
      --enable-ttl --async
  done < <(python deploy/indexes.py ttl)
}

queues() {
  local queue name flags
  for queue in "${QUEUES[@]}"; do
    name=sonube-$queue
    flags=(--location="$REGION" "${QUEUE_FLAGS[@]}" --max-concurrent-dispatches="${QUEUE_CONCURRENCY[$queue]}")
    if ! read_resource gcloud tasks queues describe "$name" --location="$REGION" --format=json; then
      apply gcloud tasks queues create "$name" "${flags[@]}"
    elif matches "${QUEUE_WANTED/CONCURRENCY/${QUEUE_CONCURRENCY[$queue]}}"; then
      unchanged "queue $name"
    else
      apply gcloud tasks queues update "$name" "${flags[@]}"
    fi
  done
}

# A topic without a subscription stores nothing. The subscription keeps undeliverable events for a month.
dead_letter() {
  if read_resource gcloud pubsub topics describe "$DEAD_LETTER" --format='value(name)'; then
    unchanged "topic $DEAD_LETTER"
  else
    apply gcloud pubsub topics create "$DEAD_LETTER"
  fi
  if read_resource gcloud pubsub subscriptions describe "$DEAD_LETTER" --format='value(name)'; then
    unchanged "subscription $DEAD_LETTER"
  else
    apply gcloud pubsub subscriptions create "$DEAD_LETTER" --topic="$DEAD_LETTER" \
      --message-retention-duration=31d --expiration-period=never
  fi
}
