# shellcheck shell=bash
# Says in words what is missing, and changes nothing. Its status is 1 if something would stop the deployment.

PROBLEMS=0

good() { say "  ok       $*"; }
unsure() { [[ -n $DRY_RUN ]] || say "  unsure   $*"; }
bad() {
  if [[ -n $DRY_RUN ]]; then return; fi
  PROBLEMS=$((PROBLEMS + 1))
  say "  MISSING  $*"
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
  check_ffmpeg
  check_quota
  [[ -n $DRY_RUN ]] || say "$PROBLEMS problems."
  ((PROBLEMS == 0))
}

check_tools() {
  command -v gcloud >/dev/null || bad "gcloud is not on PATH. Use Cloud Shell, or install the Google Cloud SDK."
  command -v curl >/dev/null || bad "curl is not on PATH."
  [[ -n $PYTHON ]] || bad "There is no Python ≥ 3.11."
  if peek gcloud version --format='value("Google Cloud SDK")' && [[ $FOUND =~ ^([0-9]+)\. ]]; then
    if ((BASH_REMATCH[1] >= GCLOUD_OLDEST)); then
      good "gcloud $FOUND"
    else
      bad "gcloud $FOUND is older than $GCLOUD_OLDEST. Run: gcloud components update"
    fi
  else
    unsure "gcloud does not tell its version."
  fi
  [[ $RUNTIME == "$(python -c 'import sys; print("python%d%d" % sys.version_info[:2])')" ]] ||
    unsure "$PYTHON stages, but $RUNTIME runs: functions start slower, for want of compiled files."
}

check_login() {
  if peek gcloud auth print-access-token; then
    good "logged in"
  else
    bad "No valid login. Run: gcloud auth login"
  fi
}

check_project() {
  if ! peek gcloud projects describe "$PROJECT" --format='value(lifecycleState)'; then
    bad "Project $PROJECT cannot be read: it does not exist, or this account may not see it. ${COMPLAINT%%$'\n'*}"
  elif [[ $FOUND == DELETE_* ]]; then
    bad "Project $PROJECT is being deleted."
  else
    good "project $PROJECT"
  fi
  if ! peek gcloud billing projects describe "$PROJECT" --format='value(billingEnabled)'; then
    unsure "Whether billing is on cannot be read."
  elif [[ $FOUND == False ]]; then
    bad "Billing is off. Run: gcloud billing projects link $PROJECT --billing-account=ID"
  else
    good "billing"
  fi
}

check_region() {
  if ! peek gcloud functions regions list --format='value(name)'; then
    unsure "Whether functions run in $REGION cannot be read before the API is on."
  elif [[ $'\n'$FOUND$'\n' == *"/$REGION"$'\n'* ]]; then
    good "region $REGION"
  else
    bad "There are no functions in $REGION. Choose another with --region."
  fi
}

check_bucket() {
  if ! peek gcloud storage buckets describe "gs://$BUCKET" --raw --format='value(location)'; then
    case $COMPLAINT in
      *403* | *permission* | *"does not have"*) bad "The bucket name $BUCKET is somebody else's. Choose another with --bucket." ;;
      *) [[ -n $DRY_RUN ]] || good "bucket $BUCKET will be created" ;;
    esac
  elif [[ ${FOUND,,} == "$REGION" ]]; then
    good "bucket $BUCKET in $REGION"
  else
    bad "The bucket is in ${FOUND,,}, not in $REGION: use --region ${FOUND,,}, or another --bucket. It cannot be moved."
  fi
}

check_database() {
  if ! peek gcloud firestore databases describe --database='(default)' --format='value(type,locationId)'; then
    [[ -n $DRY_RUN ]] || good "the database will be created in $REGION"
  elif [[ $FOUND != FIRESTORE_NATIVE$'\t'* ]]; then
    bad "The default database is in Datastore mode. Use a project without one."
  elif [[ $FOUND != *$'\t'"$REGION" ]]; then
    unsure "The database is in ${FOUND##*$'\t'}, not in $REGION: it works, each call takes longer."
  else
    good "database in $REGION"
  fi
}

check_roles() {
  local permission role wanted url="https://cloudresourcemanager.googleapis.com/v1/projects/$PROJECT"
  wanted=$(cut -f1 deploy/permissions.tsv | sed 's/.*/"&"/' | paste -sd,)
  if ! peek rest POST "$url:testIamPermissions" "{\"permissions\":[$wanted]}" || [[ -z $FOUND ]]; then
    unsure "Which roles this account has cannot be read. ${COMPLAINT%%$'\n'*}"
    return
  fi
  while IFS=$'\t' read -r permission role; do
    [[ $FOUND == *"\"$permission\""* ]] || bad "This account lacks $permission. Grant it $role."
  done <deploy/permissions.tsv
  [[ $FOUND != *"\"serviceusage.services.enable\""* ]] || good "roles were read"
}

check_ffmpeg() {
  local layer=ffmpeg-layer/bin/baseline
  if [[ -x $layer/ffmpeg && -x $layer/ffprobe ]]; then
    good "the ffmpeg layer is built and goes with convert"
  elif [[ $RUNTIME =~ ^python31[0-3]$ ]]; then
    unsure "The ffmpeg layer is not built: convert uses the ffmpeg of the $RUNTIME image, slower and wider open. Run: make layer"
  else
    bad "There is no ffmpeg in the $RUNTIME image, and the layer is not built. Run: make layer"
  fi
}

# Every instance at once must fit; the quota is in thousandths of a CPU.
check_quota() {
  local needed=$((1000 * (CONVERT_MAX_INSTANCES + 2 * HTTP_MAX_INSTANCES)))
  local name=CpuAllocPerProjectRegion granted
  if ! peek gcloud beta quotas info describe "$name" --service=run.googleapis.com --project="$PROJECT" --format=json; then
    unsure "Cloud Run's CPU quota cannot be read; $((needed / 1000)) CPUs in $REGION are needed at full load."
    return
  fi
  granted=$(printf '%s' "$FOUND" | python deploy/quota.py "$REGION")
  if [[ -z $granted ]]; then
    unsure "Cloud Run tells no CPU quota for $REGION; $((needed / 1000)) CPUs are needed at full load."
  elif ((granted < needed)); then
    bad "Cloud Run may use $((granted / 1000)) CPUs in $REGION, $((needed / 1000)) are needed at full load. Ask for more, or lower *_MAX_INSTANCES in deploy/settings.sh."
  else
    good "quota: $((granted / 1000)) CPUs in $REGION"
  fi
}
