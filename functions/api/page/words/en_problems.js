/** Problems in English, by code. */

export const englishProblems = {
  "problem.offline": "There is no connection to the server. Check your network and try again.",
  "problem.cancelled": "The conversion was cancelled.",
  "problem.upload_refused":
    "The upload was refused. Try again. If it fails again, the file may be too large.",
  "problem.unreadable_file":
    "The file cannot be read. It was changed or moved, or it is a folder. Delete this entry and choose the file again.",
  "problem.internal": "Something went wrong on our side. Try again in a moment.",
  "problem.unavailable": "A service that we depend on does not respond. Try again in a moment.",
  "problem.unauthenticated": "Your session has ended. Sign in again.",
  "problem.clock_skew":
    "A clock is wrong: your session begins in the future. Wait a minute. If it does not help, contact the operator.",
  "problem.busy": "The service is busy. Try again in a few seconds.",
  "problem.request_timed_out": "The request took too long to arrive. Check your network and try again.",
  "problem.origin_not_allowed": "The service does not accept this page's address. Contact the operator of this service.",
  "problem.host_not_allowed": "The service does not accept this page's address. Contact the operator of this service.",
  "problem.invalid_credentials":
    "The e-mail address or the password is wrong. Check both, or create an account.",
  "problem.email_taken": "An account with this e-mail address already exists. Sign in instead.",
  "problem.account_disabled": "This account is disabled. Contact the operator of this service.",
  "problem.wrong_password": "The current password is wrong.",
  "problem.recent_sign_in_required": "Enter your current password.",
  "problem.email_not_verified": "Verify your e-mail address first: open your account, at the top, and request a mail.",
  "problem.mail_code_invalid": "This link was used or has expired. Request another mail.",
  "problem.sign_up_closed": "This service does not accept new accounts. Contact its operator.",
  "problem.sign_in_not_set_up":
    "Google refuses the sign-in because of a setting of this service. Contact its operator. ({message})",
  "problem.sign_in_unreachable":
    "Google's sign-in does not answer. Check your network, and whether an extension of the browser blocks it.",
  "problem.key_not_allowed": "This API key may not do that. Sign in, or use a key that may write.",
  "problem.key_not_found": "This API key no longer exists.",
  "problem.too_many_keys": "You have as many API keys as you may. Revoke one that you no longer use.",
  "problem.too_many_attempts": "Too many attempts. Wait {wait} and try again.",
  "problem.not_found": "This conversion no longer exists.",
  "problem.empty_file": "The file is empty. Check it and choose it again.",
  "problem.not_audio": "{message} {hint}",
  "problem.track_not_found": "{message} Choose one of them in “Audio track”, or leave that empty.",
  "problem.no_audio_stream":
    "The file has no audio. It may be a silent video or a picture. Choose another file.",
  "problem.truncated":
    "The file is incomplete. It was probably cut off while it was copied. Upload a complete copy.",
  "problem.damaged":
    "A part of the audio cannot be decoded. Export it again from its source, or upload another copy.",
  "problem.encrypted": "The audio is copy-protected. Use a copy without protection.",
  "problem.too_large": "The file is too large. Split it, compress WAV or AIFF as FLAC first, or choose a smaller format.",
  "problem.unsupported_encoding":
    "The file was compressed while it was uploaded, in a way that is not supported. Upload it as it is.",
  "problem.too_long":
    "The audio is too long. Split it into shorter files.",
  "problem.too_many_streams": "The file has too many streams. Export the audio alone.",
  "problem.too_many_channels":
    "The audio has more than 8 channels and no channel layout. Export a mix of up to 7.1.",
  "problem.no_room":
    "The conversion needs too much memory. Use WAV, FLAC or Ogg, another output format, or a shorter part.",
  "problem.nothing_left": "The options leave no audio. Check “Start at”, “End at” and “Trim silence”.",
  "problem.output_mismatch":
    "The result did not pass our checks. If the file plays on your device, export it there as WAV or FLAC.",
  "problem.takes_too_long":
    "The conversion would take too long. Cut the file into parts, or choose fewer formats at a time.",
  "problem.timed_out": "The conversion took too long. Shorten the file or choose another format.",
  "problem.encoder_failed":
    "The file could not be decoded. If it plays on your device, export it there as WAV or FLAC.",
  "problem.attempts_exhausted":
    "The conversion failed several times. This is our fault, not the file's. Try again.",
  "problem.event_too_old":
    "The upload could not be processed in time. This is our fault, not the file's. Try again.",
  "problem.source_gone": "The uploaded file no longer exists. Choose it again.",
  "problem.unknown_format":
    "The file was dropped into a folder for a format that does not exist. Drop it into another folder.",
  "problem.bad_folder_options":
    "The sonube.json next to the file is invalid. Correct it and drop the file again.",
  "problem.task_limit_reached":
    "This upload has been converted too often. Choose the file again to start over.",
  "problem.daily_limit_reached":
    "You have reached your limit of conversions for today. Try again after midnight UTC.",
  "problem.service_limit_reached":
    "The service has reached its limit of conversions for today. Try again after midnight UTC.",
  "problem.monthly_cap_reached":
    "Your account has reached its spending cap for this month. It works again on the first of the next month.",
  "problem.service_cap_reached":
    "The service has reached its spending cap for today. Try again after midnight UTC.",
  "problem.new_accounts_limit_reached":
    "New accounts have used up their share of the service for today. Try again after midnight UTC.",
  "problem.max_cost_exceeded": "The conversion may cost more than its limit. Choose fewer formats at a time.",
  "problem.conversion_failed":
    "The file could not be converted. If it plays on your device, export it there as WAV or FLAC.",
  "problem.declared_too_large":
    "The file is larger than this service allows. Split it, or compress it as FLAC.",
  "problem.declared_too_long": "The audio is longer than this service allows. Split it.",
  "problem.conflict": "This is not possible in the current state. Wait a moment and check again.",
  "problem.quota_exceeded": "Your account has reached a limit. Wait until some conversions have ended.",
  "problem.spending_cap_reached":
    "Your account has reached its spending cap for this month. It works again on the first of the next month.",
  "problem.link_expired": "This link has expired. Reload the page.",
  "problem.bad_request": "The service did not understand the page. Reload it and try again.",
  "problem.forbidden": "This account is not allowed to do that. Contact the operator of this service.",
  "problem.precondition_failed": "The conversion has changed since. Check it and try again.",
  "problem.already_exists": "It already exists. Reload the page to see it.",
  "problem.idempotency_key_in_use": "This file is being submitted right now. Try again in a few seconds.",
  "problem.idempotency_key_reused":
    "This file was already submitted for another conversion. Delete this entry and choose the file again.",
  "problem.body_too_large": "The request is too long. Shorten the name of the file.",
  "problem.malformed_body": "The service did not understand the page. Reload it and try again.",
  "problem.unsupported_media_type": "The service did not understand the page. Reload it and try again.",
  "problem.route_not_found":
    "The service does not have what the page requests; it may be newer. Reload the page.",
  "problem.method_not_allowed":
    "The service does not have what the page requests; it may be newer. Reload the page.",
  "problem.zip_too_large": "The results exceed the 4 GB of a ZIP. Use “Download all”.",
};
