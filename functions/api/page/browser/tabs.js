/** Finds out whether other tabs are uploading: each upload holds a lock, which ends with its tab. */

const SENDING = "sonube.sending.";
const OURS = SENDING + crypto.randomUUID();

/**
 * Let the other tabs know that a file is uploading, until the upload ends.
 * @param {Promise<unknown>} work
 */
export function tellOtherTabs(work) {
  // A browser that blocks a site's data has no locks.
  navigator.locks.request(OURS, { mode: "shared" }, () => work).catch(() => undefined);
}

/** Whether another tab is sending files. @returns {Promise<boolean>} */
export async function areOthersUploading() {
  const { held = [] } = await navigator.locks.query().catch(() => ({ held: [] }));
  return held.some(({ name }) => name?.startsWith(SENDING) && name !== OURS);
}
