# shellcheck shell=bash
# Opens api to everyone; its code verifies the users' tokens. Since May 2024, new organisations refuse roles for
# `allUsers` (domain restricted sharing). Google's way for a public service is to turn off the check of roles instead.

publish_api() {
  local off=run.googleapis.com/invoker-iam-disabled=true
  if read_resource gcloud run services describe sonube-api --region="$REGION" --format='value(metadata.annotations)' &&
    [[ ${FOUND,,} == *"$off"* ]]; then
    unchanged "sonube-api is public"
    return
  fi
  attempt gcloud run services update sonube-api --region="$REGION" --no-invoker-iam-check || explain_private
}

# The rest still works, for instance dropped files, so the script goes on.
explain_private() {
  printf '%s\n' "$ERRORS" >&2
  warn_at_end "sonube-api is deployed but not public: every request gets 403. An organisation policy seems to forbid it. Ask your administrator to not enforce constraints/run.managed.requireInvokerIam for project $PROJECT (gcloud org-policies describe run.managed.requireInvokerIam --project=$PROJECT --effective), then run ./deploy.sh functions again."
}
