# shellcheck shell=bash
# What runs, and where.

status() {
  local name
  say "== status"
  for name in notify convert api; do
    if look gcloud functions describe "sonube-$name" --v2 --region="$REGION" --format='value(state,updateTime)'; then
      say "  sonube-$name: $FOUND"
    else
      say "  sonube-$name: not deployed"
    fi
  done
  if look gcloud firestore indexes composite list --database='(default)' --format='value(state)' && [[ $FOUND == *CREATING* ]]; then
    say "  Firestore still builds indexes: lists of tasks fail until that is done."
  fi
  if look gcloud run services describe sonube-notify --region="$REGION" --format='value(metadata.annotations)'; then
    [[ $FOUND == *"$NOTIFY_URL"* ]] || say "  Cloud Run names another address for notify than $NOTIFY_URL: $FOUND"
  fi
  for name in "${QUEUES[@]/#/sonube-}"; do
    if look gcloud tasks queues describe "$name" --location="$REGION" --format='value(state)'; then
      say "  queue $name: $FOUND"
    fi
  done
  say "  events that were given up: gcloud pubsub subscriptions pull $DEAD_LETTER --limit=10 --project=$PROJECT"
  say "  $API_URL"
}
