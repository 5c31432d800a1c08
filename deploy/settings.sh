# shellcheck shell=bash disable=SC2034  # the other files read these names
# Names and numbers of the deployment.

RUNTIME=python312
# The oldest version that is known to have `gcloud run services update --no-invoker-iam-check`.
GCLOUD_MIN_VERSION=528

# The temporary files of a conversion are memory, too: what PROGRAMS_MEMORY leaves (TEMP_MAX_BYTES). Most conversions
# are streamed and need some 50 MiB of it; only sources that must be fetched whole need their size (docs/deploy.md).
# 20 instances of 1 CPU and 2 GiB are exactly the quotas of a new project: 20 CPUs and 40 GiB.
CONVERT_MEMORY=2Gi
PROGRAMS_MEMORY=512Mi
CONVERT_MAX_INSTANCES=20
# convert-queued has the same memory. Its instances take one call at a time, as many as the queues make together.
QUEUED_MAX_INSTANCES=20
HTTP_MEMORY=512Mi
HTTP_CONCURRENCY=40
HTTP_MAX_INSTANCES=10

# Settings of shared/runtime/config.py that override the defaults, as NAME=VALUE without commas.
OVERRIDES=()

# Calls to notify, webhook attempts, which have their own schedule, long conversions, and those of owners with many: the
# most at a time. Each call is retried for a day.
declare -A QUEUE_CONCURRENCY=([notify]=50 [webhooks]=50 [long]=10 [bulk]=10)
QUEUES=(notify webhooks long bulk)
QUEUE_FLAGS=(
  --max-attempts=100 --max-retry-duration=86400s --min-backoff=2s --max-backoff=600s --max-doublings=8
  --max-dispatches-per-second=100 --log-sampling-ratio=1
)
QUEUE_WANTED='{
  "retryConfig": {"maxAttempts": 100, "maxRetryDuration": "86400s", "minBackoff": "2s", "maxBackoff": "600s",
                  "maxDoublings": 8},
  "rateLimits": {"maxDispatchesPerSecond": 100, "maxConcurrentDispatches": CONCURRENCY},
  "stackdriverLoggingConfig": {"samplingRatio": 1}
}'

# Deliveries of an upload's event. Neither a load spike with every instance busy nor a lease held for 9 minutes may
# use them up: with back-off from 10 s to 600 s, 100 deliveries (Pub/Sub's maximum) last 16 hours.
EVENT_DELIVERIES=100
EVENT_RETRY_FLAGS=(--max-delivery-attempts=100 --min-retry-delay=10s --max-retry-delay=600s)

# Where Cloud Build builds for every project: https://cloud.google.com/build/docs/locations
BUILD_REGIONS=(us-central1 us-west2 europe-west1 asia-east1 australia-southeast1 southamerica-east1)

SWEEP_SCHEDULE='*/10 * * * *'

APIS=(
  apikeys artifactregistry cloudbuild cloudfunctions cloudquotas cloudresourcemanager cloudscheduler cloudtasks eventarc
  firestore iam iamcredentials identitytoolkit logging monitoring pubsub run securetoken storage
)

PROJECT_NUMBER=0

# The Python that stages the bundles: the runtime's version if installed, because compiled files fit only that one.
find_python() {
  local candidate version=${RUNTIME#python}
  for candidate in "python${version:0:1}.${version:1}" .venv/bin/python python3; do
    if "$candidate" -IS -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
}
PYTHON=$(find_python)

# Isolated mode: packages and variables of this machine cannot interfere.
python() { "$PYTHON" -IS "$@"; }

# Derives names from project, region and bucket.
set_names() {
  BUCKET=${BUCKET:-$PROJECT-sonube}
  DEAD_LETTER=sonube-dead-letter
  # Cloud Run URLs are known before the first deployment; private functions need their own, as the audience of tokens.
  NOTIFY_URL=https://sonube-notify-$PROJECT_NUMBER.$REGION.run.app
  QUEUED_URL=https://sonube-convert-queued-$PROJECT_NUMBER.$REGION.run.app
  API_URL=https://sonube-api-$PROJECT_NUMBER.$REGION.run.app
}

# account NAME: the e-mail address of a Sonube service account.
account() { printf 'sonube-%s@%s.iam.gserviceaccount.com' "$1" "$PROJECT"; }
