# shellcheck shell=bash
# Removes what deploy.sh made. Files, tasks and accounts stay unless --with-data; enabled APIs stay on.

destroy() {
  local what="everything but the files and tasks"
  [[ -z $WITH_DATA ]] || what="everything, with ALL FILES AND TASKS"
  confirm "Remove $what of Sonube in project $PROJECT?" || fail "Nothing was removed."
  step functions remove_functions
  step sweeper remove_sweeper
  step queues empty_queues
  step "dead letter" remove_dead_letter
  step metrics remove_metrics
  step dashboard remove_dashboard
  step permissions remove_project_grants
  step "service accounts" remove_accounts
  step "API key" remove_key
  step data remove_data
}

remove_functions() {
  local name
  for name in api convert notify; do
    if there gcloud functions describe "sonube-$name" --v2 --region="$REGION" --format='value(name)'; then
      change gcloud functions delete "sonube-$name" --gen2 --region="$REGION"
    fi
  done
}

remove_sweeper() {
  if there gcloud scheduler jobs describe sonube-sweep --location="$REGION" --format='value(name)'; then
    change gcloud scheduler jobs delete sonube-sweep --location="$REGION"
  fi
}

# The queues stay: Cloud Tasks blocks the name of a deleted one for days, and an empty one costs nothing.
empty_queues() {
  local name
  for name in "${QUEUES[@]/#/sonube-}"; do
    if there gcloud tasks queues describe "$name" --location="$REGION" --format='value(name)'; then
      change gcloud tasks queues purge "$name" --location="$REGION"
    fi
  done
}

remove_dead_letter() {
  if there gcloud pubsub subscriptions describe "$DEAD_LETTER" --format='value(name)'; then
    change gcloud pubsub subscriptions delete "$DEAD_LETTER"
  fi
  if there gcloud pubsub topics describe "$DEAD_LETTER" --format='value(name)'; then
    change gcloud pubsub topics delete "$DEAD_LETTER"
  fi
}

remove_metrics() {
  local file name
  for file in deploy/metrics/*.json; do
    name=$(basename "$file" .json)
    if there gcloud logging metrics describe "$name" --format='value(name)'; then
      change gcloud logging metrics delete "$name"
    fi
  done
}

remove_dashboard() {
  look gcloud monitoring dashboards list --filter='displayName=Sonube' --format='value(name)' || true
  if [[ -n $FOUND ]]; then change gcloud monitoring dashboards delete "${FOUND%%$'\n'*}"; fi
}

# An account that is deleted would leave its roles behind; Google's own agents keep theirs.
remove_project_grants() {
  local who role on
  read_policy project
  while IFS=$'\t' read -r who role on _; do
    if [[ $on == project && $who != *-agent ]] && [[ -n $DRY_RUN || $POLICY == *"$role"$'\t'"$(member "$who")"* ]]; then
      change gcloud projects remove-iam-policy-binding "$PROJECT" --member="$(member "$who")" --role="$role" --all
    fi
  done <deploy/grants.tsv
}

remove_accounts() {
  local name
  for name in api convert notify trigger invoker build; do
    if there gcloud iam service-accounts describe "$(account "$name")" --format='value(email)'; then
      change gcloud iam service-accounts delete "$(account "$name")"
    fi
  done
}

remove_key() {
  look gcloud services api-keys list --filter='displayName=Sonube' --format='value(name)' || true
  if [[ -n $FOUND ]]; then change gcloud services api-keys delete "${FOUND%%$'\n'*}"; fi
}

remove_data() {
  if [[ -z $WITH_DATA ]]; then
    say "  kept: gs://$BUCKET, the Firestore database, the users of Firebase Authentication"
    return
  fi
  if there gcloud storage buckets describe "gs://$BUCKET" --raw --format='value(name)'; then
    change gcloud storage rm --recursive "gs://$BUCKET"
  fi
  if there gcloud firestore databases describe --database='(default)' --format='value(name)'; then
    change gcloud firestore databases update --database='(default)' --no-delete-protection
    change gcloud firestore databases delete --database='(default)'
  fi
  say "  kept: the users of Firebase Authentication (docs/deploy.md says how to delete them)"
}
