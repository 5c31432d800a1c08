# shellcheck shell=bash
# What stands before any function does: one function per step, each looks first and then does what is lacking.

infra() {
  step APIs apis
  step "service accounts" accounts
  step "service agents" service_agents
  step bucket bucket
  step Firestore database
  step "Firestore indexes" indexes
  step queues queues
  step "dead letter" dead_letter
  step sign-in sign_in
  step "API key" api_key
  step permissions grants project bucket queue:notify queue:webhooks account:api account:notify account:invoker topic
  step "log-based metrics" metrics
  step dashboard dashboard
  step budget budget
}

apis() {
  local name missing=()
  look gcloud services list --enabled --format='value(config.name)' || true
  for name in "${APIS[@]}"; do
    [[ $'\n'$FOUND$'\n' == *$'\n'"$name.googleapis.com"$'\n'* ]] || missing+=("$name.googleapis.com")
  done
  if ((${#missing[@]})); then change gcloud services enable "${missing[@]}"; else unchanged "${#APIS[@]} APIs"; fi
}

accounts() {
  local name
  for name in api convert notify trigger invoker build; do
    if look gcloud iam service-accounts describe "$(account "$name")" --format='value(email)'; then
      unchanged "$(account "$name")"
    else
      change gcloud iam service-accounts create "sonube-$name" --display-name="Sonube $name"
    fi
  done
}

# Soft delete is off: who deletes a task means it, and deleted uploads would be paid for another week.
bucket() {
  local wanted url=gs://$BUCKET
  if ! look gcloud storage buckets describe "$url" --raw --format=json; then
    change gcloud storage buckets create "$url" --location="$REGION" --uniform-bucket-level-access \
      --public-access-prevention --soft-delete-duration=0
    look gcloud storage buckets describe "$url" --raw --format=json || true
  fi
  wanted="{\"iamConfiguration\": {\"uniformBucketLevelAccess\": {\"enabled\": true},
    \"publicAccessPrevention\": \"enforced\"}, \"softDeletePolicy\": {\"retentionDurationSeconds\": \"0\"},
    \"cors\": $(<deploy/cors.json), \"lifecycle\": $(<deploy/lifecycle.json)}"
  if holds "$wanted"; then
    unchanged "bucket $BUCKET"
  else
    change gcloud storage buckets update "$url" --uniform-bucket-level-access --public-access-prevention \
      --soft-delete-duration=0 --cors-file=deploy/cors.json --lifecycle-file=deploy/lifecycle.json
  fi
}

database() {
  if look gcloud firestore databases describe --database='(default)' --format='value(locationId)'; then
    unchanged "database in $FOUND"
  else
    change gcloud firestore databases create --database='(default)' --location="$REGION" --type=firestore-native \
      --delete-protection
  fi
}

# firestore.indexes.json is the one list; localcloud refuses what is not in it. The building goes on by itself;
# Firestore refuses a change of a collection whose last one it has not taken in yet, hence the patience.
indexes() {
  local line group field flags
  look gcloud firestore indexes composite list --database='(default)' --format=json || true
  while read -ra flags; do
    if ((${#flags[@]})); then
      patiently gcloud firestore indexes composite create --database='(default)' "${flags[@]}" --async
    fi
  done < <(printf '%s' "$FOUND" | python deploy/indexes.py missing-indexes)
  look gcloud firestore indexes fields list --database='(default)' --format='value(name)' || true
  while read -r group field; do
    line=/collectionGroups/$group/fields/$field
    if [[ $FOUND$'\n' == *"$line"$'\n'* ]]; then continue; fi
    patiently gcloud firestore indexes fields update "$field" --collection-group="$group" --database='(default)' \
      --disable-indexes --async
  done < <(python deploy/indexes.py exempt)
  look gcloud firestore fields ttls list --database='(default)' --format='value(name)' || true
  while read -r group field; do
    line=/collectionGroups/$group/fields/$field
    if [[ $FOUND$'\n' == *"$line"$'\n'* ]]; then continue; fi
    patiently gcloud firestore fields ttls update "$field" --collection-group="$group" --database='(default)' \
      --enable-ttl --async
  done < <(python deploy/indexes.py ttl)
}

queues() {
  local name
  for name in "${QUEUES[@]/#/sonube-}"; do
    if ! look gcloud tasks queues describe "$name" --location="$REGION" --format=json; then
      change gcloud tasks queues create "$name" --location="$REGION" "${QUEUE_FLAGS[@]}"
    elif holds "$QUEUE_WANTED"; then
      unchanged "queue $name"
    else
      change gcloud tasks queues update "$name" --location="$REGION" "${QUEUE_FLAGS[@]}"
    fi
  done
}

# A topic without a subscription keeps nothing: the subscription is where lost events lie for a month.
dead_letter() {
  if look gcloud pubsub topics describe "$DEAD_LETTER" --format='value(name)'; then
    unchanged "topic $DEAD_LETTER"
  else
    change gcloud pubsub topics create "$DEAD_LETTER"
  fi
  if look gcloud pubsub subscriptions describe "$DEAD_LETTER" --format='value(name)'; then
    unchanged "subscription $DEAD_LETTER"
  else
    change gcloud pubsub subscriptions create "$DEAD_LETTER" --topic="$DEAD_LETTER" \
      --message-retention-duration=31d --expiration-period=never
  fi
}
