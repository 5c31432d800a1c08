# shellcheck shell=bash
# Least privilege: deploy/grants.tsv says who may do what where, and why; docs/permissions.md prints it.

# grants SCOPE...: give what the table lists for those scopes and nobody has yet.
grants() {
  local who role on scope
  for scope in "$@"; do
    read_policy "$scope"
    while IFS=$'\t' read -r who role on _; do
      if [[ $on == "$scope" ]]; then grant "$(member "$who")" "$role" "$scope"; fi
    done <deploy/grants.tsv
  done
}

grant() {
  if [[ $'\n'$POLICY$'\n' == *$'\n'"$2"$'\t'"$1"$'\n'* ]]; then
    unchanged "$1 has $2 on $3"
    return
  fi
  policy_command add-iam-policy-binding "$3"
  patiently "${POLICY_COMMAND[@]}" --member="$1" --role="$2" "${POLICY_EXTRA[@]}"
}

# POLICY: "role<TAB>member" of each binding on the scope.
read_policy() {
  policy_command get-iam-policy "$1"
  look "${POLICY_COMMAND[@]}" --flatten='bindings[].members' --format='value(bindings.role,bindings.members)' || true
  POLICY=$FOUND
}

# The gcloud command for the policy of a scope of the table.
policy_command() {
  local verb=$1 name=${2#*:}
  POLICY_EXTRA=()
  case $2 in
    project)
      POLICY_COMMAND=(gcloud projects "$verb" "$PROJECT")
      if [[ $verb != get-* ]]; then POLICY_EXTRA=(--condition=None); fi
      ;;
    bucket) POLICY_COMMAND=(gcloud storage buckets "$verb" "gs://$BUCKET") ;;
    queue:*) POLICY_COMMAND=(gcloud tasks queues "$verb" "sonube-$name" --location="$REGION") ;;
    account:*) POLICY_COMMAND=(gcloud iam service-accounts "$verb" "$(account "$name")") ;;
    service:*) POLICY_COMMAND=(gcloud run services "$verb" "sonube-$name" --region="$REGION") ;;
    topic) POLICY_COMMAND=(gcloud pubsub topics "$verb" "$DEAD_LETTER") ;;
    subscription) POLICY_COMMAND=(gcloud pubsub subscriptions "$verb" "$SUBSCRIPTION") ;;
    *) fail "deploy/grants.tsv names an unknown scope: $2" ;;
  esac
}

member() {
  case $1 in
    allUsers) printf allUsers ;;
    storage-agent) printf 'serviceAccount:service-%s@gs-project-accounts.iam.gserviceaccount.com' "$PROJECT_NUMBER" ;;
    pubsub-agent) printf 'serviceAccount:service-%s@gcp-sa-pubsub.iam.gserviceaccount.com' "$PROJECT_NUMBER" ;;
    *) printf 'serviceAccount:%s' "$(account "$1")" ;;
  esac
}

# Google's own agents exist once somebody asks for them; their grants name them.
service_agents() {
  local name
  read_policy project
  if [[ $POLICY != *@gs-project-accounts.* ]]; then change gcloud storage service-agent --project="$PROJECT"; fi
  for name in pubsub eventarc; do
    if [[ $POLICY == *"roles/$name.serviceAgent"* ]]; then
      unchanged "service agent of $name"
    else
      change gcloud beta services identity create --service="$name.googleapis.com" --project="$PROJECT"
    fi
  done
}
