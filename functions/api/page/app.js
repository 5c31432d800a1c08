/** Starts the page. */

import { startAccount } from "./account.js";
import { Composer } from "./composer.js";
import { forgetAll } from "./conversions.js";
import { byId, element } from "./dom.js";
import { takeFiles } from "./dropping.js";
import { catalogue } from "./formats.js";
import { forgetHistory } from "./history.js";
import { language, speak, translatePage } from "./language.js";
import { showMore, startList } from "./list.js";
import { withRetries } from "./retries.js";
import { forgetSessions } from "./resuming.js";
import { startOverall } from "./overall.js";
import { stopPlaying } from "./player.js";
import { explain } from "./problem.js";
import { resumeStopped } from "./sending.js";
import { hasExpired, signedInAs, whenSessionChanges } from "./session.js";
import { drawSky } from "./sky.js";
import { watch } from "./watching.js";

translatePage();
for (const drawing of document.querySelectorAll("svg.sky")) drawSky(/** @type {any} */ (drawing));
byId("language").value = language();
byId("language").addEventListener("change", () => speak(byId("language").value));
startAccount();
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
  composer.then((form) => form?.clear());
}

async function startComposer() {
  try {
    const known = await withRetries(catalogue);
    byId("welcome-formats").replaceChildren(
      ...known.formats.map(({ name }) => element("li", { text: name })),
    );
    return new Composer(known);
  } catch (problem) {
    byId("list-problem").textContent = explain(/** @type {any} */ (problem));
    return null;
  }
}
