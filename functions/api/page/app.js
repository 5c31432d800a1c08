/** Starts the page. */

import { startMailCode } from "./account/mail_code.js";
import { startOwnAccount } from "./account/own.js";
import { startAccount } from "./account/account.js";
import { Composer } from "./composer/composer.js";
import { forgetAll } from "./conversions/conversions.js";
import { byId, element } from "./browser/dom.js";
import { forgetSettings } from "./composer/settings.js";
import { takeFiles } from "./composer/dropping.js";
import { catalogue } from "./service/formats.js";
import { forgetHistory } from "./conversions/history.js";
import { language, speak, translatePage } from "./words/language.js";
import { showMore, startList } from "./list/list.js";
import { withRetries } from "./service/retries.js";
import { forgetSessions } from "./upload/resuming.js";
import { startOverall } from "./list/overall.js";
import { stopPlaying } from "./row/player.js";
import { explain } from "./service/problem.js";
import { resumeStopped } from "./upload/sending.js";
import { hasExpired, signedInAs, whenSessionChanges } from "./account/session.js";
import { keepComposerInView } from "./composer/staying.js";
import { showLimits } from "./composer/limits.js";
import { drawSky } from "./browser/sky.js";
import { watch } from "./conversions/watching.js";

translatePage();
for (const drawing of document.querySelectorAll("svg.sky")) drawSky(/** @type {any} */ (drawing));
byId("language").value = language();
byId("language").addEventListener("change", () => speak(byId("language").value));
startAccount();
startOwnAccount();
startMailCode();
keepComposerInView();
startList();
startOverall();
/** The user whose conversions are on the page. */
let owner = signedInAs();
whenSessionChanges(() => {
  stopPlaying();
  // The bucket needs no token, so running uploads continue. The user finds them after signing in again.
  if (hasExpired()) return;
  if (owner && owner !== signedInAs()) forgetUser();
  owner = signedInAs();
  forgetHistory();
  if (owner) showMore();
  resumeStopped();
});
if (signedInAs()) showMore();
watch();
const composer = startComposer();
takeFiles(async (files) => (await composer)?.add(files));

/** Remove everything of the last user: the list, the upload sessions and the chosen files. */
function forgetUser() {
  forgetAll();
  forgetSessions();
  forgetSettings();
  composer.then((form) => form?.clear());
}

async function startComposer() {
  try {
    const known = await withRetries(catalogue);
    showLimits(known.limits);
    byId("welcome-formats").replaceChildren(
      ...known.formats.map(({ name }) => element("li", { text: name })),
    );
    return new Composer(known);
  } catch (problem) {
    byId("list-problem").textContent = explain(/** @type {any} */ (problem));
    return null;
  }
}
