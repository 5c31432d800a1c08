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
import { insist } from "./patience.js";
import { forgetSessions } from "./resuming.js";
import { startOverall } from "./overall.js";
import { silence } from "./player.js";
import { explain } from "./problem.js";
import { sendLeftBehind } from "./sending.js";
import { hasRunOut, signedInAs, whenSessionChanges } from "./session.js";
import { drawSky } from "./sky.js";
import { watch } from "./watching.js";

translatePage();
for (const drawing of document.querySelectorAll("svg.sky")) drawSky(/** @type {any} */ (drawing));
byId("language").value = language();
byId("language").addEventListener("change", () => speak(byId("language").value));
startAccount();
startList();
startOverall();
/** Whose conversions are on the page. */
let owner = signedInAs();
whenSessionChanges(() => {
  silence();
  // The bucket asks for no token: what is on its way goes on, and whoever signs in once more finds it.
  if (hasRunOut()) return;
  if (owner && owner !== signedInAs()) leaveNothing();
  owner = signedInAs();
  forgetHistory();
  if (owner) showMore();
  sendLeftBehind();
});
if (signedInAs()) showMore();
watch();
const composer = startComposer();
takeFiles(async (files) => (await composer)?.add(files));

/** Whoever comes next need not know what was here, nor on the tray. */
function leaveNothing() {
  forgetAll();
  forgetSessions();
  composer.then((form) => form?.clear());
}

async function startComposer() {
  try {
    const known = await insist(catalogue);
    byId("welcome-formats").replaceChildren(
      ...known.formats.map(({ name }) => element("li", { text: name })),
    );
    return new Composer(known);
  } catch (problem) {
    byId("list-problem").textContent = explain(/** @type {any} */ (problem));
    return null;
  }
}
