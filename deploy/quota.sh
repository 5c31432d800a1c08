# shellcheck shell=bash
# How many instances of a function the quotas of Cloud Run allow. Cloud Run checks each revision by itself: its
# instances, at most, times their CPU and memory.

# What the project may use in the region, in thousandths of a CPU and in bytes; empty if unknown.
CPU_ALLOWED="" MEMORY_ALLOWED=""

find_quotas() {
  CPU_ALLOWED=$(quota CpuAllocPerProjectRegion)
  MEMORY_ALLOWED=$(quota MemAllocPerProjectRegion)
  if [[ -n $CPU_ALLOWED && -n $MEMORY_ALLOWED ]]; then
    say "  = quotas in $REGION: $((CPU_ALLOWED / 1000)) CPUs, $((MEMORY_ALLOWED / 1024 ** 3)) GiB"
  fi
}

# quota ID: print its value in the region, or nothing.
quota() {
  local url=https://cloudquotas.googleapis.com/v1/projects/$PROJECT/locations/global/services/run.googleapis.com/quotaInfos
  if [[ -n $DRY_RUN ]] || ! call_api GET "$url/$1" 2>"$SCRATCH/errors" >"$SCRATCH/quota"; then return; fi
  python deploy/quota.py "$REGION" <"$SCRATCH/quota"
}

# instances_allowed WANTED MEMORY: print the number of instances, with one CPU and this memory (512Mi, 2Gi), that fit.
instances_allowed() {
  local fit=$1
  if [[ -n $CPU_ALLOWED ]] && ((CPU_ALLOWED < fit * 1000)); then fit=$((CPU_ALLOWED / 1000)); fi
  if [[ -n $MEMORY_ALLOWED ]] && ((MEMORY_ALLOWED < fit * $(bytes "$2"))); then fit=$((MEMORY_ALLOWED / $(bytes "$2"))); fi
  printf %s "$fit"
}

bytes() {
  case $1 in
    *Mi) printf %s $((${1%Mi} * 1024 ** 2)) ;;
    *Gi) printf %s $((${1%Gi} * 1024 ** 3)) ;;
    *) fail "deploy/settings.sh: memory has the form 512Mi or 2Gi, not $1." ;;
  esac
}

# instances_in_refusal: print the number of instances that Cloud Run's refusal in ERRORS allows, or nothing.
instances_in_refusal() {
  [[ ! $ERRORS =~ (instances\ must\ be\ set\ to|maxScale\ may\ not\ exceed)\ ([0-9]+) ]] || printf %s "${BASH_REMATCH[2]}"
}

# say_instances FUNCTION FIT WANTED
say_instances() {
  ((${2} < ${3})) || return 0
  (($2 > 0)) || fail "The quota of Cloud Run in $REGION does not allow a single instance of sonube-$1. Request an increase at https://cloud.google.com/run/quotas, or use another --region."
  note_at_end "sonube-$1 has $2 instances at most instead of $3, because the quota of Cloud Run in $REGION allows no more. To change that, request an increase at https://cloud.google.com/run/quotas and run ./deploy.sh functions again."
}
