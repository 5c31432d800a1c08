# shellcheck shell=bash
# Deletes what deploy.sh created. Files, tasks and users' accounts stay unless --with-data; APIs stay enabled.

destroy() {
  local what="everything except files and tasks"
  [[ -z $WITH_DATA ]] || what="everything, including ALL FILES AND TASKS"
  confirm "Delete $what of Sonube in project $PROJECT?" || fail "Nothing was deleted."
  step functions remove_functions
  step sweeper remove_sweeper
  step queues empty_queues
  step "dead-letter topic" remove_dead_letter
  step alerts remove_alerts
  step "e-mail channel" remove_channels
  step metrics remove_metrics
  step dashboard remove_dashboard
  step permissions remove_project_grants
  step "service accounts" remove_accounts
  step "API key" remove_key
  step data remove_data
}

remove_functions() {
  local name
  for name in api convert convert-queued notify; do
    if resource_exists gcloud functions describe "sonube-$name" --v2 --region="$REGION" --format='value(name)'; then
      apply gcloud functions delete "sonube-$name" --gen2 --region="$REGION"
    fi
  done
}

remove_sweeper() {
  if resource_exists gcloud scheduler jobs describe sonube-sweep --location="$REGION" --format='value(name)'; then
    apply gcloud scheduler jobs delete sonube-sweep --location="$REGION"
  fi
}

# The queues stay: Cloud Tasks blocks the name of a deleted queue for days, and an empty queue costs nothing.
empty_queues() {
  local name
  for name in "${QUEUES[@]/#/sonube-}"; do
    if resource_exists gcloud tasks queues describe "$name" --location="$REGION" --format='value(name)'; then
      apply gcloud tasks queues purge "$name" --location="$REGION"
    fi
  done
}

remove_dead_letter() {
  if resource_exists gcloud pubsub subscriptions describe "$DEAD_LETTER" --format='value(name)'; then
    apply gcloud pubsub subscriptions delete "$DEAD_LETTER"
  fi
  if resource_exists gcloud pubsub topics describe "$DEAD_LETTER" --format='value(name)'; then
    apply gcloud pubsub topics delete "$DEAD_LETTER"
  fi
}

remove_metrics() {
  local file name
  for file in deploy/metrics/*.json; do
    name=$(basename "$file" .json)
    if resource_exists gcloud logging metrics describe "$name" --format='value(name)'; then
      apply gcloud logging metrics delete "$name"
    fi
  done
}

remove_dashboard() {
  read_resource gcloud monitoring dashboards list --filter='displayName=Sonube' --format='value(name)' || true
  if [[ -n $FOUND ]]; then apply gcloud monitoring dashboards delete "${FOUND%%$'\n'*}"; fi
}

# Roles would outlive their deleted accounts. Google's own agents keep theirs.
remove_project_grants() {
  local who role on
  read_policy project
  while IFS=$'\t' read -r who role on _; do
    role=${role/PROJECT/$PROJECT}
    if [[ $on == project && $who != *-agent ]] && [[ -n $DRY_RUN || $POLICY == *"$role"$'\t'"$(member "$who")"* ]]; then
      apply gcloud projects remove-iam-policy-binding "$PROJECT" --member="$(member "$who")" --role="$role" --all
    fi
  done <deploy/grants.tsv
}

remove_accounts() {
  local name
  for name in api convert notify trigger invoker build; do
    if resource_exists gcloud iam service-accounts describe "$(account "$name")" --format='value(email)'; then
      apply gcloud iam service-accounts delete "$(account "$name")"
    fi
  done
}

remove_key() {
  read_resource gcloud services api-keys list --filter='displayName=Sonube' --format='value(name)' || true
  if [[ -n $FOUND ]]; then apply gcloud services api-keys delete "${FOUND%%$'\n'*}"; fi
}

remove_data() {
  if [[ -z $WITH_DATA ]]; then
    say "  kept: gs://$BUCKET, the Firestore database, the users of Firebase Authentication"
    return
  fi
  if resource_exists gcloud storage buckets describe "gs://$BUCKET" --raw --format='value(name)'; then
    apply gcloud storage rm --recursive "gs://$BUCKET"
  fi
  if resource_exists gcloud firestore databases describe --database='(default)' --format='value(name)'; then
    apply gcloud firestore databases update --database='(default)' --no-delete-protection
    apply gcloud firestore databases delete --database='(default)'
  fi
  say "  kept: the users of Firebase Authentication (to delete them, see docs/deploy.md)"
}
