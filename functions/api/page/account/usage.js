/** What the user has used this month, in the dialog about the account. */

import { byId, element } from "../browser/dom.js";
import { ask } from "../service/api.js";
import * as figures from "../words/figures.js";
import { text } from "../words/language.js";

/** Read the numbers again and show them. */
export async function showUsage() {
  byId("own-usage").hidden = true;
  const usage = await ask("GET", "usage");
  const { costUsd, capUsd } = usage;
  byId("own-usage-cost").textContent = text("usage.cost", { cost: figures.money(costUsd), cap: figures.money(capUsd) });
  const meter = element("meter", { min: 0, max: capUsd, value: costUsd, high: capUsd * 0.8, "aria-labelledby": "own-usage-cost" });
  byId("own-usage-meter").replaceChildren(meter);
  const parts = [
    text("usage.tasks", { count: usage.tasks }),
    text("usage.minutes", { minutes: figures.number(usage.audioMinutes) }),
    text("usage.stored", { size: figures.size(usage.storedBytes) }),
    text("usage.fetched", { size: figures.size(usage.fetchedBytes) }),
  ];
  byId("own-usage-about").textContent = parts.join(" · ");
  byId("own-usage-renews").textContent = text("usage.renews", { day: figures.day(usage.renewsAt, "UTC") });
  byId("own-usage").hidden = false;
}
