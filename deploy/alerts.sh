# shellcheck shell=bash
# Alert policies, as files in deploy/alerts, and whom they tell. gcloud has its commands for them only in alpha. They
# come last, because a new metric is not known to them for ten minutes.

MONITORING=https://monitoring.googleapis.com/v3

alerts() {
  local file name policies=$MONITORING/projects/$PROJECT/alertPolicies channel=""
  [[ -z $ALERT_EMAIL ]] || find_channel
  read_resource call_api GET "$policies?pageSize=100" || FOUND='{}'
  for file in deploy/alerts/*.json; do
    name=$(printf '%s' "$FOUND" | python deploy/alerts.py name "$file")
    if [[ -z $name ]]; then
      attempt call_api POST "$policies" "$(python deploy/alerts.py body "$file" "$channel")" || later "$file"
    elif printf '%s' "$FOUND" | python deploy/alerts.py same "$file" "$channel"; then
      unchanged "alert $(basename "$file" .json)"
    else
      apply call_api PATCH "$MONITORING/$name" "$(python deploy/alerts.py body "$file" "$channel")"
    fi
  done
  [[ -n $ALERT_EMAIL ]] || say "  - alerts are shown in the console only (--alert-email ADDRESS sends them)"
}

# later FILE: an alert that Google refuses does not stop the rest.
later() {
  note_at_end "The alert $(basename "$1" .json) could not be created. Run ./deploy.sh functions again in ten minutes. ${ERRORS%%$'\n'*}"
}

# find_channel: set `channel` to the e-mail channel of ALERT_EMAIL; create it if there is none.
find_channel() {
  local channels=$MONITORING/projects/$PROJECT/notificationChannels
  read_resource call_api GET "$channels?pageSize=100" || FOUND='{}'
  channel=$(printf '%s' "$FOUND" | python deploy/alerts.py channel "$ALERT_EMAIL")
  [[ -z $channel ]] || return 0
  apply call_api POST "$channels" "$(python deploy/alerts.py new-channel "$ALERT_EMAIL")"
  read_resource call_api GET "$channels?pageSize=100" || FOUND='{}'
  channel=$(printf '%s' "$FOUND" | python deploy/alerts.py channel "$ALERT_EMAIL")
}

remove_alerts() {
  local file name policies=$MONITORING/projects/$PROJECT/alertPolicies
  read_resource call_api GET "$policies?pageSize=100" || FOUND='{}'
  for file in deploy/alerts/*.json; do
    name=$(printf '%s' "$FOUND" | python deploy/alerts.py name "$file")
    [[ -z $name ]] || apply call_api DELETE "$MONITORING/$name"
  done
}

# After the alerts, which notify it. One that the project's own alerts use as well stays.
remove_channels() {
  local name channels=$MONITORING/projects/$PROJECT/notificationChannels
  read_resource call_api GET "$channels?pageSize=100" || FOUND='{}'
  for name in $(printf '%s' "$FOUND" | python deploy/alerts.py channels); do
    attempt call_api DELETE "$MONITORING/$name" || note_at_end "The e-mail channel $name stays: ${ERRORS%%$'\n'*}"
  done
}
