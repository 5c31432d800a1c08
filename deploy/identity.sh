# shellcheck shell=bash
# shellcheck disable=SC2034  # functions.sh reads FIREBASE_API_KEY
# Sign-in by e-mail and password (Identity Toolkit has no gcloud command) and the key that names the project to it.

FIREBASE_API_KEY=""

sign_in() {
  local config=https://identitytoolkit.googleapis.com/admin/v2/projects/$PROJECT/config
  local wanted='{"signIn": {"email": {"enabled": true, "passwordRequired": true}}}'
  local fields=signIn.email.enabled,signIn.email.passwordRequired
  look rest GET "$config" ||
    change rest POST "https://identitytoolkit.googleapis.com/v2/projects/$PROJECT/identityPlatform:initializeAuth" '{}'
  if holds "$wanted"; then
    unchanged "sign-in by e-mail and password"
  else
    change rest PATCH "$config?updateMask=$fields" "$wanted"
  fi
}

api_key() {
  if look gcloud services api-keys list --filter='displayName=Sonube' --format='value(name)' && [[ -n $FOUND ]]; then
    unchanged "API key"
    return
  fi
  change gcloud services api-keys create --display-name=Sonube --api-target=service=identitytoolkit.googleapis.com \
    --api-target=service=securetoken.googleapis.com
}

find_api_key() {
  FIREBASE_API_KEY=no-key-yet
  look gcloud services api-keys list --filter='displayName=Sonube' --format='value(name)' || true
  if [[ -n $FOUND ]]; then
    look gcloud services api-keys get-key-string "${FOUND%%$'\n'*}" --format='value(keyString)' || true
  fi
  if [[ -n $FOUND ]]; then
    FIREBASE_API_KEY=$FOUND
  elif [[ -z $DRY_RUN ]]; then
    later "No API key could be read: nobody can sign in. Run ./deploy.sh infra, then ./deploy.sh functions."
  fi
}
