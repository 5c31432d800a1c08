# shellcheck shell=bash disable=SC2034  # names are read by the other parts
# Every name and number of the deployment, in one place.

RUNTIME=python312
GCLOUD_OLDEST=490

# Memory holds /tmp too: an upload of UPLOAD_MAX_BYTES (2 GiB by default) and what is made from it.
CONVERT_MEMORY=4Gi
CONVERT_MAX_INSTANCES=20
HTTP_MEMORY=512Mi
HTTP_CONCURRENCY=40
HTTP_MAX_INSTANCES=10

# Settings of shared/runtime/config.py that are to differ from their defaults, as NAME=VALUE without commas.
OVERRIDES=()

# Calls to notify, and deliveries of webhooks, which keep a schedule of their own: each is tried for a day.
QUEUES=(notify webhooks)
QUEUE_FLAGS=(
  --max-attempts=100 --max-retry-duration=86400s --min-backoff=2s --max-backoff=600s --max-doublings=8
  --max-dispatches-per-second=100 --max-concurrent-dispatches=50 --log-sampling-ratio=1
)
QUEUE_WANTED='{
  "retryConfig": {"maxAttempts": 100, "maxRetryDuration": "86400s", "minBackoff": "2s", "maxBackoff": "600s",
                  "maxDoublings": 8},
  "rateLimits": {"maxDispatchesPerSecond": 100, "maxConcurrentDispatches": 50},
  "stackdriverLoggingConfig": {"samplingRatio": 1}
}'

# An upload's event: a spike that finds every instance busy, or a lease held for 9 minutes, must not use up the
# deliveries. With 10 s … 600 s between them, 100 (the most that there is) last for 16 hours.
EVENT_DELIVERIES=100
EVENT_RETRY_FLAGS=(--max-delivery-attempts=100 --min-retry-delay=10s --max-retry-delay=600s)

SWEEP_SCHEDULE='*/10 * * * *'

APIS=(
  apikeys artifactregistry cloudbuild cloudfunctions cloudresourcemanager cloudscheduler cloudtasks eventarc
  firestore iam iamcredentials identitytoolkit logging monitoring pubsub run securetoken storage
)

PROJECT_NUMBER=0

# The Python that stages: the runtime's own version if it is here, since compiled files serve only that one.
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

# Nothing but the standard library: what else this machine's Python has installed or set cannot interfere.
python() { "$PYTHON" -IS "$@"; }

# What follows from project, region and bucket.
name_things() {
  BUCKET=${BUCKET:-$PROJECT-sonube}
  DEAD_LETTER=sonube-dead-letter
  # Cloud Run names a service's address ahead of its first deployment: notify needs its own, as the audience.
  NOTIFY_URL=https://sonube-notify-$PROJECT_NUMBER.$REGION.run.app
  API_URL=https://sonube-api-$PROJECT_NUMBER.$REGION.run.app
}

# account NAME: the e-mail of one of our service accounts.
account() { printf 'sonube-%s@%s.iam.gserviceaccount.com' "$1" "$PROJECT"; }
