# shellcheck shell=bash
# Checks what is missing and changes nothing. The status is 1 if a problem would stop the deployment.

PROBLEMS=0

ok() { say "  ok       $*"; }
unknown() { [[ -n $DRY_RUN ]] || say "  unknown  $*"; }
problem() {
  if [[ -n $DRY_RUN ]]; then return; fi
  PROBLEMS=$((PROBLEMS + 1))
  say "  PROBLEM  $*"
}

doctor() {
  say "== doctor: project $PROJECT, region $REGION, bucket $BUCKET"
  check_tools
  check_login
  check_project
  check_region
  check_bucket
  check_database
  check_roles
  check_layer
  check_quota
  check_sign_in
  [[ -n $DRY_RUN ]] || say "$PROBLEMS problems."
  ((PROBLEMS == 0))
}

check_tools() {
  command -v gcloud >/dev/null || problem "gcloud is not on PATH. Use Cloud Shell, or install the Google Cloud SDK."
  command -v curl >/dev/null || problem "curl is not on PATH. Install it."
  [[ -n $PYTHON ]] || problem "Python 3.11 or later is not installed."
  if try_read gcloud version --format='value("Google Cloud SDK")' && [[ $FOUND =~ ^([0-9]+)\. ]]; then
    if ((BASH_REMATCH[1] >= GCLOUD_MIN_VERSION)); then
      ok "gcloud $FOUND"
    else
      problem "gcloud $FOUND is older than $GCLOUD_MIN_VERSION. Run: gcloud components update"
    fi
  else
    unknown "The version of gcloud cannot be read."
  fi
}

check_login() {
  if try_read gcloud auth print-access-token; then
    ok "logged in"
  else
    problem "You are not logged in. Run: gcloud auth login"
  fi
}

check_project() {
  if ! try_read gcloud projects describe "$PROJECT" --format='value(lifecycleState)'; then
    problem "Project $PROJECT cannot be read. It does not exist, or this account has no access. ${ERRORS%%$'\n'*}"
  elif [[ $FOUND == DELETE_* ]]; then
    problem "Project $PROJECT is being deleted. Choose another with --project."
  else
    ok "project $PROJECT"
  fi
  if ! try_read gcloud billing projects describe "$PROJECT" --format='value(billingEnabled)'; then
    unknown "The billing state cannot be read."
  elif [[ $FOUND == False ]]; then
    problem "Billing is disabled. Run: gcloud billing projects link $PROJECT --billing-account=ID"
  else
    ok "billing"
  fi
}

check_region() {
  if ! try_read gcloud functions regions list --format='value(name)'; then
    unknown "The regions of Cloud Functions cannot be read until the API is enabled."
  elif [[ $'\n'$FOUND$'\n' == *"/$REGION"$'\n'* ]]; then
    ok "region $REGION"
  else
    problem "Cloud Functions is not available in $REGION. Choose another with --region."
  fi
  [[ " ${BUILD_REGIONS[*]} " == *" $REGION "* ]] ||
    unknown "Whether this project may build in $REGION. New projects may build only in ${BUILD_REGIONS[*]}. The database cannot be moved later."
}

check_bucket() {
  if ! try_read gcloud storage buckets describe "gs://$BUCKET" --raw --format='value(location)'; then
    case $ERRORS in
      *403* | *permission* | *"does not have"*) problem "The bucket name $BUCKET is taken by another project. Choose another with --bucket." ;;
      *) [[ -n $DRY_RUN ]] || ok "bucket $BUCKET will be created" ;;
    esac
  elif [[ ${FOUND,,} == "$REGION" ]]; then
    ok "bucket $BUCKET in $REGION"
  else
    problem "The bucket is in ${FOUND,,}, not in $REGION, and cannot be moved. Use --region ${FOUND,,} or another --bucket."
  fi
}

check_database() {
  if ! try_read gcloud firestore databases describe --database='(default)' --format='value(type,locationId)'; then
    [[ -n $DRY_RUN ]] || ok "the database will be created in $REGION"
  elif [[ $FOUND != FIRESTORE_NATIVE$'\t'* ]]; then
    problem "The default database is in Datastore mode. Use a project without one."
  elif [[ $FOUND != *$'\t'"$REGION" ]]; then
    unknown "The database is in ${FOUND##*$'\t'}, not in $REGION. It works, but each call takes longer."
  else
    ok "database in $REGION"
  fi
}

check_roles() {
  local permission role wanted url="https://cloudresourcemanager.googleapis.com/v1/projects/$PROJECT"
  wanted=$(cut -f1 deploy/permissions.tsv | sed 's/.*/"&"/' | paste -sd,)
  # Of a new project, whose Resource Manager API is not enabled yet.
  if ! try_read call_google POST "$url:testIamPermissions" "{\"permissions\":[$wanted]}" || [[ -z $FOUND ]]; then
    unknown "The permissions of this account cannot be read. ${ERRORS%%$'\n'*}"
    return
  fi
  while IFS=$'\t' read -r permission role; do
    [[ $FOUND == *"\"$permission\""* ]] || problem "This account lacks $permission. Grant it $role."
  done <deploy/permissions.tsv
  [[ $FOUND != *"\"serviceusage.services.enable\""* ]] || ok "permissions"
}

# What the console can change. The command line and api have neither a referrer nor a known address.
check_sign_in() {
  local config=https://identitytoolkit.googleapis.com/admin/v2/projects/$PROJECT/config restrictions
  restrictions='restrictions.browserKeyRestrictions.allowedReferrers,restrictions.serverKeyRestrictions.allowedIps'
  if ! try_read gcloud services api-keys list --filter='displayName=Sonube' --format="value($restrictions)"; then
    unknown "The restrictions of the API key cannot be read until the API is enabled."
  elif [[ -n ${FOUND//[[:space:]]/} ]]; then
    problem "The API key Sonube is restricted to websites or IP addresses ($(xargs <<<"$FOUND")), so sonube and api cannot sign users in. Remove that at https://console.cloud.google.com/apis/credentials?project=$PROJECT"
  else
    ok "API key"
  fi
  if ! try_read call_api GET "$config" || [[ -z $FOUND ]]; then
    unknown "The settings of sign-in cannot be read until they exist."
  elif matches '{"signIn": {"email": {"enabled": true}}, "emailPrivacyConfig": {"enableImprovedEmailPrivacy": true}}'; then
    ok "sign-in with e-mail and password, addresses protected"
    ! matches '{"client": {"permissions": {"disabledUserSignup": true}}}' || ok "sign-up is closed"
  else
    unknown "Sign-in with e-mail or the protection of addresses is off. infra turns both on."
  fi
}

# A low quota is no problem: deploy.sh deploys the instances that fit.
check_quota() {
  find_quotas
  if [[ -z $CPU_ALLOWED$MEMORY_ALLOWED ]]; then
    unknown "Cloud Run's quotas cannot be read until the Cloud Quotas API is enabled. deploy.sh deploys as many instances as they allow."
    return
  fi
  check_instances convert "$CONVERT_MAX_INSTANCES" "$CONVERT_MEMORY"
  # Where no instance of convert fits, none of the same size does.
  (($(instances_allowed 1 "$CONVERT_MEMORY") == 0)) || check_instances convert-queued "$QUEUED_MAX_INSTANCES" "$CONVERT_MEMORY"
  check_instances api "$HTTP_MAX_INSTANCES" "$HTTP_MEMORY"
}

# check_instances FUNCTION WANTED MEMORY
check_instances() {
  local fit
  fit=$(instances_allowed "$2" "$3")
  if ((fit == 0)); then
    problem "The quota of Cloud Run in $REGION does not allow a single instance of $1. Use another --region."
  elif ((fit < $2)); then
    ok "$fit of $2 instances of $1, because the quota of Cloud Run in $REGION allows no more"
  else
    ok "$2 instances of $1"
  fi
}
