# shellcheck shell=bash
# shellcheck disable=SC2034  # functions.sh reads FIREBASE_API_KEY
# Sign-in with e-mail address and password, and its API key. gcloud has no commands for Identity Toolkit.

FIREBASE_API_KEY=""
USER_ROLE=sonubeUsers

# What api and notify may do with accounts. Google's own role for it, firebaseauth.admin, may also change how users sign in.
user_role() {
  if read_resource gcloud iam roles describe "$USER_ROLE" --project="$PROJECT" --format='value(name)'; then
    unchanged "role $USER_ROLE"
  else
    apply gcloud iam roles create "$USER_ROLE" --project="$PROJECT" --title="Sonube users" --stage=GA \
      --permissions=firebaseauth.users.get,firebaseauth.users.update,firebaseauth.users.delete
  fi
}

# The links of mails lead to the page. Unknown addresses get the answers of known ones (e-mail enumeration protection).

sign_in() {
  local config=https://identitytoolkit.googleapis.com/admin/v2/projects/$PROJECT/config
  local wanted='{"signIn": {"email": {"enabled": true, "passwordRequired": true}}, "notification": {"sendEmail": {"callbackUri": "'$API_URL'/"}}, "emailPrivacyConfig": {"enableImprovedEmailPrivacy": true}}'
  local fields=signIn.email.enabled,signIn.email.passwordRequired,notification.sendEmail.callbackUri,emailPrivacyConfig.enableImprovedEmailPrivacy
  read_resource call_api GET "$config" ||
    apply call_api POST "https://identitytoolkit.googleapis.com/v2/projects/$PROJECT/identityPlatform:initializeAuth" '{}'
  if matches "$wanted"; then
    unchanged "sign-in with e-mail and password"
  else
    apply call_api PATCH "$config?updateMask=$fields" "$wanted"
  fi
}

api_key() {
  if read_resource gcloud services api-keys list --filter='displayName=Sonube' --format='value(name)' && [[ -n $FOUND ]]; then
    unchanged "API key"
    return
  fi
  apply gcloud services api-keys create --display-name=Sonube --api-target=service=identitytoolkit.googleapis.com \
    --api-target=service=securetoken.googleapis.com
}

find_api_key() {
  FIREBASE_API_KEY=no-key-yet
  read_resource gcloud services api-keys list --filter='displayName=Sonube' --format='value(name)' || true
  if [[ -n $FOUND ]]; then
    read_resource gcloud services api-keys get-key-string "${FOUND%%$'\n'*}" --format='value(keyString)' || true
  fi
  if [[ -n $FOUND ]]; then
    FIREBASE_API_KEY=$FOUND
  elif [[ -z $DRY_RUN ]]; then
    warn_at_end "The API key could not be read, so users cannot sign in. Run ./deploy.sh infra, then ./deploy.sh functions."
  fi
}
