# shellcheck shell=bash
# Monitoring: log-based metrics, a dashboard, a budget with alerts.

metrics() {
  local file name
  for file in deploy/metrics/*.json; do
    name=$(basename "$file" .json)
    if ! read_resource gcloud logging metrics describe "$name" --format=json; then
      apply gcloud logging metrics create "$name" --config-from-file="$file"
    elif matches "$(<"$file")"; then
      unchanged "metric $name"
    else
      apply gcloud logging metrics update "$name" --config-from-file="$file"
    fi
  done
}

dashboard() {
  local name file=deploy/dashboard.json
  read_resource gcloud monitoring dashboards list --filter='displayName=Sonube' --format='value(name)' || true
  name=${FOUND%%$'\n'*}
  if [[ -z $name ]]; then
    apply gcloud monitoring dashboards create --config-from-file="$file"
    return
  fi
  read_resource gcloud monitoring dashboards describe "$name" --format=json || true
  if matches "$(<"$file")"; then
    unchanged "dashboard Sonube"
  else
    apply gcloud monitoring dashboards update "$name" --config-from-file="$file"
  fi
}

# A budget sends e-mail alerts to billing administrators; it stops nothing. *_MAX_INSTANCES limits cost.
budget() {
  local billing=BILLING_ACCOUNT name
  if [[ -z $BUDGET ]]; then
    say "  - no budget requested (--budget AMOUNT)"
    return
  fi
  if read_resource gcloud billing projects describe "$PROJECT" --format='value(billingAccountName)'; then billing=${FOUND##*/}; fi
  read_resource gcloud services list --enabled --filter=config.name=billingbudgets.googleapis.com --format='value(config.name)' ||
    true
  [[ -n $FOUND ]] || apply gcloud services enable billingbudgets.googleapis.com
  read_resource gcloud billing budgets list --billing-account="$billing" --filter="displayName=sonube-$PROJECT" \
    --format='value(name,amount.specifiedAmount.units,amount.specifiedAmount.currencyCode)' || true
  name=${FOUND%%$'\t'*}
  if [[ -z $name ]]; then
    apply gcloud billing budgets create --billing-account="$billing" --display-name="sonube-$PROJECT" \
      --budget-amount="$BUDGET" --filter-projects="projects/$PROJECT" --threshold-rule=percent=0.5 \
      --threshold-rule=percent=0.9 --threshold-rule=percent=1.0,basis=forecasted-spend
  elif [[ $FOUND == "$name"$'\t'"${BUDGET%%[A-Z]*}"$'\t'* ]]; then
    unchanged "budget of $BUDGET"
  else
    apply gcloud billing budgets update "${name##*/}" --billing-account="$billing" --budget-amount="$BUDGET"
  fi
}
