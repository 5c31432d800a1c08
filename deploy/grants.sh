# shellcheck shell=bash
# Permissions by deploy/grants.tsv, which docs/permissions.md prints.

# grants SCOPE...: grant the roles that the table lists for these scopes and that are missing.
grants() {
  local who role on scope
  for scope in "$@"; do
    read_policy "$scope"
    while IFS=$'\t' read -r who role on _; do
      if [[ $on == "$scope" ]]; then grant "$(member "$who")" "${role/PROJECT/$PROJECT}" "$scope"; fi
    done <deploy/grants.tsv
  done
}

grant() {
  if [[ $'\n'$POLICY$'\n' == *$'\n'"$2"$'\t'"$1"$'\n'* ]]; then
    unchanged "$1 has $2 on $3"
    return
  fi
  policy_command add-iam-policy-binding "$3"
  apply "${POLICY_COMMAND[@]}" --member="$1" --role="$2" "${POLICY_EXTRA[@]}"
}

# POLICY: "role<TAB>member" of each binding on the scope.
read_policy() {
  policy_command get-iam-policy "$1"
  read_resource "${POLICY_COMMAND[@]}" --flatten='bindings[].members' --format='value(bindings.role,bindings.members)' || true
  POLICY=$FOUND
}

# policy_command VERB SCOPE: set POLICY_COMMAND to the gcloud command for the policy of that scope.
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
    *) fail "deploy/grants.tsv has an unknown scope: $2" ;;
  esac
}

member() {
  case $1 in
    storage-agent) printf 'serviceAccount:service-%s@gs-project-accounts.iam.gserviceaccount.com' "$PROJECT_NUMBER" ;;
    *-agent) printf 'serviceAccount:service-%s@gcp-sa-%s.iam.gserviceaccount.com' "$PROJECT_NUMBER" "${1%-agent}" ;;
    *) printf 'serviceAccount:%s' "$(account "$1")" ;;
  esac
}

# Google creates its service agents on request, without roles; grants need them to exist.
service_agents() {
  local name url=https://serviceusage.googleapis.com/v1beta1/projects/$PROJECT_NUMBER/services
  read_policy project
  if [[ $POLICY != *@gs-project-accounts.* ]]; then apply gcloud storage service-agent --project="$PROJECT"; fi
  for name in pubsub eventarc; do
    if [[ $POLICY == *"$(member "$name-agent")"* ]]; then
      unchanged "service agent of $name"
    else
      # gcloud has a command for it only in its beta component, which not every machine has.
      apply call_api POST "$url/$name.googleapis.com:generateServiceIdentity" '{}'
    fi
  done
}
