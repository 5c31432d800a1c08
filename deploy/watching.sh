# shellcheck shell=bash
# What one sees of it: metrics counted from the functions' log lines, a dashboard over them, a budget's alerts.

metrics() {
  local file name
  for file in deploy/metrics/*.json; do
    name=$(basename "$file" .json)
    if ! look gcloud logging metrics describe "$name" --format=json; then
      change gcloud logging metrics create "$name" --config-from-file="$file"
    elif holds "$(<"$file")"; then
      unchanged "metric $name"
    else
      change gcloud logging metrics update "$name" --config-from-file="$file"
    fi
  done
}

dashboard() {
  local name file=deploy/dashboard.json
  look gcloud monitoring dashboards list --filter='displayName=Sonube' --format='value(name)' || true
  name=${FOUND%%$'\n'*}
  if [[ -z $name ]]; then
    change gcloud monitoring dashboards create --config-from-file="$file"
    return
  fi
  look gcloud monitoring dashboards describe "$name" --format=json || true
  if holds "$(<"$file")"; then
    unchanged "dashboard Sonube"
  else
    change gcloud monitoring dashboards update "$name" --config-from-file="$file"
  fi
}

# Alerts by e-mail to the billing administrators; a budget stops nothing, *_MAX_INSTANCES does.
budget() {
  local billing=BILLING_ACCOUNT name
  if [[ -z $BUDGET ]]; then
    say "  - none asked for (--budget AMOUNT)"
    return
  fi
  if look gcloud billing projects describe "$PROJECT" --format='value(billingAccountName)'; then billing=${FOUND##*/}; fi
  look gcloud services list --enabled --filter=config.name=billingbudgets.googleapis.com --format='value(config.name)' ||
    true
  [[ -n $FOUND ]] || change gcloud services enable billingbudgets.googleapis.com
  look gcloud billing budgets list --billing-account="$billing" --filter="displayName=sonube-$PROJECT" \
    --format='value(name,amount.specifiedAmount.units,amount.specifiedAmount.currencyCode)' || true
  name=${FOUND%%$'\t'*}
  if [[ -z $name ]]; then
    change gcloud billing budgets create --billing-account="$billing" --display-name="sonube-$PROJECT" \
      --budget-amount="$BUDGET" --filter-projects="projects/$PROJECT" --threshold-rule=percent=0.5 \
      --threshold-rule=percent=0.9 --threshold-rule=percent=1.0,basis=forecasted-spend
  elif [[ $FOUND == "$name"$'\t'"${BUDGET%%[A-Z]*}"$'\t'* ]]; then
    unchanged "budget of $BUDGET"
  else
    change gcloud billing budgets update "${name##*/}" --billing-account="$billing" --budget-amount="$BUDGET"
  fi
}
