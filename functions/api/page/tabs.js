/** Which other tabs of this browser are sending files: a lock for each file tells them, and ends with its tab. */

const SENDING = "sonube.sending.";
const OURS = SENDING + crypto.randomUUID();

/**
 * Let the other tabs know that a file is on its way, until it is not.
 * @param {Promise<unknown>} work
 */
export function tellOthers(work) {
  // A browser that blocks a site's data has no locks.
  navigator.locks.request(OURS, { mode: "shared" }, () => work).catch(() => undefined);
}

/** Whether another tab is sending files. @returns {Promise<boolean>} */
export async function doOthersSend() {
  const { held = [] } = await navigator.locks.query().catch(() => ({ held: [] }));
  return held.some(({ name }) => name?.startsWith(SENDING) && name !== OURS);
}
