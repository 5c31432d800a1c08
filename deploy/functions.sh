# shellcheck shell=bash
# The functions, in the order of their dependencies, and what depends on them.

functions() {
  step "ffmpeg layer" layer
  step bundles stage
  step "API key" find_api_key
  step "bucket location" find_trigger_location
  step quotas find_quotas
  step notify deploy_notify
  step "permissions on notify" grants service:notify
  step convert-queued deploy_queued
  step "permissions on convert-queued" grants service:convert-queued
  step convert deploy_convert
  step "permissions on convert" grants service:convert
  step "dead-letter policy" trigger_dead_letter
  step "permissions on the trigger" grants subscription
  step api deploy_api
  step "public access to api" publish_api
  step sweeper sweeper
  step alerts alerts
}

stage() {
  if [[ -n $DRY_RUN ]]; then
    say "  + $(quoted "$PYTHON" -IS tools/stage.py)"
  else
    python tools/stage.py
    python deploy/layer.py build/convert
  fi
}

# A trigger must be in the location of its bucket.
find_trigger_location() {
  TRIGGER_LOCATION=$REGION
  if read_resource gcloud storage buckets describe "gs://$BUCKET" --raw --format='value(location)'; then
    TRIGGER_LOCATION=${FOUND,,}
  elif [[ -z $DRY_RUN ]]; then
    fail "Bucket $BUCKET does not exist. Run ./deploy.sh infra first."
  fi
}

deploy_notify() {
  deploy_function notify "$HTTP_MAX_INSTANCES" "$HTTP_MEMORY" --trigger-http --no-allow-unauthenticated \
    --ingress-settings=internal-only --cpu=1 --concurrency="$HTTP_CONCURRENCY" --timeout=120s
}

deploy_convert() {
  deploy_function convert "$CONVERT_MAX_INSTANCES" "$CONVERT_MEMORY" --no-allow-unauthenticated \
    --ingress-settings=internal-only --retry \
    --trigger-event-filters=type=google.cloud.storage.object.v1.finalized --trigger-event-filters=bucket="$BUCKET" \
    --trigger-location="$TRIGGER_LOCATION" --trigger-service-account="$(account trigger)" \
    --cpu=1 --concurrency=1 --timeout=540s
}

# The bundle of convert again, for calls from queues, which Cloud Tasks waits 30 minutes for.
deploy_queued() {
  deploy_function convert-queued "$QUEUED_MAX_INSTANCES" "$CONVERT_MEMORY" --trigger-http --no-allow-unauthenticated \
    --ingress-settings=internal-only --cpu=1 --concurrency=1 --timeout=1800s
}

# Not --allow-unauthenticated: see publish_api.
deploy_api() {
  deploy_function api "$HTTP_MAX_INSTANCES" "$HTTP_MEMORY" --trigger-http --no-allow-unauthenticated \
    --ingress-settings=all --cpu=1 --concurrency="$HTTP_CONCURRENCY" --timeout=60s
}

# deploy_function NAME INSTANCES MEMORY FLAG...: deploy unless the running function has the same bundle and flags, as
# in its label. NAME-queued is another entry point of the bundle of NAME, and has its account.
deploy_function() {
  local name=$1 bundle=${1%-queued} instances fingerprint variables flags
  instances=$(instances_allowed "$2" "$3")
  say_instances "$name" "$instances" "$2"
  variables=$(function_environment "$bundle")
  # functions-framework starts four threads per CPU. Further concurrent requests would wait for them, and four slow
  # webhook receivers would block everything else.
  [[ $bundle == convert ]] || variables+=,THREADS=$HTTP_CONCURRENCY
  # Compiled files with hashes instead of times: the buildpack compiles all sources, and then sets all times to 1980,
  # so that files with times are stale and every cold start compiles again.
  flags=(--gen2 --region="$REGION" --runtime="$RUNTIME" --source="build/$bundle" --entry-point="${name//-/_}"
    --service-account="$(account "$bundle")"
    --build-service-account="projects/$PROJECT/serviceAccounts/$(account build)"
    --set-build-env-vars=SOURCE_DATE_EPOCH=315532801
    --set-env-vars="$variables" --memory="$3" "${@:4}")
  fingerprint=not-staged
  [[ ! -d build/$bundle ]] || fingerprint=$(python deploy/fingerprint.py "build/$bundle" "${flags[@]}" "$instances")
  if read_resource gcloud functions describe "sonube-$name" --v2 --region="$REGION" --format='value(state,labels.sonube)' &&
    [[ $FOUND == ACTIVE$'\t'"$fingerprint" ]]; then
    unchanged "sonube-$name"
    return
  fi
  flags+=(--update-labels=sonube="$fingerprint")
  say "  building and starting sonube-$name: about three minutes"
  attempt gcloud functions deploy "sonube-$name" "${flags[@]}" --max-instances="$instances" ||
    deploy_what_fits "$name" "$instances" "${flags[@]}"
}

# deploy_what_fits NAME WANTED FLAG...: deploy again with the number of instances that the refusal in ERRORS allows.
deploy_what_fits() {
  local instances
  instances=$(instances_in_refusal)
  if [[ -z $instances ]]; then
    printf '%s\n' "$ERRORS" >&2
    explain_refusal
    return 1
  fi
  say_instances "$1" "$instances" "$2"
  apply gcloud functions deploy "sonube-$1" "${@:3}" --max-instances="$instances"
}

# explain_refusal: what a refusal in ERRORS means that no wait and no retry helps against.
explain_refusal() {
  [[ $ERRORS != *"cannot run builds in this region"* ]] ||
    fail "This project may not build in $REGION. New projects may build in ${BUILD_REGIONS[*]}. Deploy to one of these, or ask Google's support for Cloud Build in $REGION."
}

# The settings that the function reads, by shared/runtime/config.py, except defaults.
function_environment() {
  local queue=projects/$PROJECT/locations/$REGION/queues/sonube
  python deploy/environment.py "$1" GOOGLE_CLOUD_PROJECT="$PROJECT" BUCKET="$BUCKET" \
    FIREBASE_API_KEY="$FIREBASE_API_KEY" TASKS_QUEUE="$queue-notify" WEBHOOKS_QUEUE="$queue-webhooks" \
    LONG_QUEUE="$queue-long" BULK_QUEUE="$queue-bulk" OWNER_CONVERSIONS_MAX="$(owner_share)" QUEUED_URL="$QUEUED_URL" NOTIFY_URL="$NOTIFY_URL" NOTIFY_INVOKER="$(account invoker)" TEMP_MAX_BYTES=$(($(bytes "$CONVERT_MEMORY") - $(bytes "$PROGRAMS_MEMORY"))) "${OVERRIDES[@]}"
}

# owner_share: print how many instances of convert one owner may use: half of those that the quotas allow.
owner_share() { printf %s $((($(instances_allowed "$CONVERT_MAX_INSTANCES" "$CONVERT_MEMORY") + 1) / 2)); }

# Eventarc delivers through a Pub/Sub subscription, which has the retry and dead-letter policies.
trigger_dead_letter() {
  local trigger wanted
  SUBSCRIPTION=SUBSCRIPTION_OF_THE_TRIGGER
  if read_resource gcloud functions describe sonube-convert --v2 --region="$REGION" --format='value(eventTrigger.trigger)'; then
    trigger=$FOUND
    read_resource gcloud eventarc triggers describe "${trigger##*/}" --location="$TRIGGER_LOCATION" \
      --format='value(transport.pubsub.subscription)' || fail "convert has no Eventarc trigger. Deploy it again."
    SUBSCRIPTION=${FOUND##*/}
    read_resource gcloud pubsub subscriptions describe "$SUBSCRIPTION" --format=json || fail "The subscription of convert's trigger does not exist. Deploy convert again."
  fi
  wanted="{\"deadLetterPolicy\": {\"deadLetterTopic\": \"projects/$PROJECT/topics/$DEAD_LETTER\",
    \"maxDeliveryAttempts\": $EVENT_DELIVERIES},
    \"retryPolicy\": {\"minimumBackoff\": \"10s\", \"maximumBackoff\": \"600s\"}, \"ackDeadlineSeconds\": 600}"
  if matches "$wanted"; then
    unchanged "dead-letter policy: $EVENT_DELIVERIES deliveries"
  else
    apply gcloud pubsub subscriptions update "$SUBSCRIPTION" --dead-letter-topic="$DEAD_LETTER" \
      "${EVENT_RETRY_FLAGS[@]}" --ack-deadline=600
  fi
}

sweeper() {
  local flags wanted uri=$NOTIFY_URL/api/sweep
  flags=(--location="$REGION" --schedule="$SWEEP_SCHEDULE" --time-zone=Etc/UTC --uri="$uri" --http-method=POST
    --oidc-service-account-email="$(account invoker)" --oidc-token-audience="$NOTIFY_URL" --attempt-deadline=120s)
  wanted="{\"schedule\": \"$SWEEP_SCHEDULE\", \"timeZone\": \"Etc/UTC\", \"attemptDeadline\": \"120s\",
    \"httpTarget\": {\"uri\": \"$uri\", \"httpMethod\": \"POST\",
    \"oidcToken\": {\"serviceAccountEmail\": \"$(account invoker)\", \"audience\": \"$NOTIFY_URL\"}}}"
  if ! read_resource gcloud scheduler jobs describe sonube-sweep --location="$REGION" --format=json; then
    apply gcloud scheduler jobs create http sonube-sweep "${flags[@]}"
  elif matches "$wanted"; then
    unchanged "job sonube-sweep"
  else
    apply gcloud scheduler jobs update http sonube-sweep "${flags[@]}"
  fi
}
