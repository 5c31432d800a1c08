# shellcheck shell=bash
# Shows what is deployed, and where.

status() {
  local name
  say "== status"
  for name in notify convert-queued convert api; do
    if read_resource gcloud functions describe "sonube-$name" --v2 --region="$REGION" --format='value(state,updateTime)'; then
      say "  sonube-$name: $FOUND"
    else
      say "  sonube-$name: not deployed"
    fi
  done
  if indexes_are_building; then
    say "  Firestore is building indexes. Until then, listing tasks fails."
  fi
  if read_resource gcloud run services describe sonube-notify --region="$REGION" --format='value(metadata.annotations)'; then
    [[ $FOUND == *"$NOTIFY_URL"* ]] || say "  The URL of notify is not $NOTIFY_URL but $FOUND"
  fi
  for name in "${QUEUES[@]/#/sonube-}"; do
    if read_resource gcloud tasks queues describe "$name" --location="$REGION" --format='value(state)'; then
      say "  queue $name: $FOUND"
    fi
  done
  say "  to read undeliverable events: gcloud pubsub subscriptions pull $DEAD_LETTER --limit=10 --project=$PROJECT"
  say "  $API_URL"
}

indexes_are_building() {
  read_resource gcloud firestore indexes composite list --database='(default)' --format='value(state)' && [[ $FOUND == *CREATING* ]]
}
