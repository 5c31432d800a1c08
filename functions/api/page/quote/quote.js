/** What the chosen conversions would cost, said under the button before they start. */

import { signedInAs } from "../account/session.js";
import { byId } from "../browser/dom.js";
import { ask } from "../service/api.js";
import { explain } from "../service/problem.js";
import * as figures from "../words/figures.js";
import { text } from "../words/language.js";
import { durationOf } from "./durations.js";

/** @typedef {import("../conversions/conversions.js").Conversion} Conversion */
/** @typedef {import("../conversions/conversions.js").Output} Output */
/** @typedef {import("../service/formats.js").Limits} Limits */

/**
 * Files of one kind, which the service is asked about together: a price grows evenly with size and duration.
 * @typedef {{filename: string, sizes: number[], durations: number[]}} Kind
 */

// What a person changes in one go is asked about once.
const SETTLED_MS = 300;

/** The line on the page. */
export class QuoteLine {
  /** @param {Limits | null} limits of the service */
  constructor(limits) {
    this.limits = limits;
    this.turn = 0;
    this.timer = 0;
  }

  /**
   * Ask again, once nothing has changed for a moment.
   * @param {File[]} files
   * @param {Conversion[]} again whose files are uploaded already
   * @param {Output[] | null} outputs null if they are not valid
   */
  update(files, again, outputs) {
    clearTimeout(this.timer);
    this.turn += 1;
    byId("quote").textContent = "";
    if (!outputs || !files.length + again.length || !signedInAs() || !navigator.onLine) return;
    const turn = this.turn;
    this.timer = setTimeout(() => this.#ask(turn, files, again, outputs), SETTLED_MS);
  }

  /** @param {number} turn @param {File[]} files @param {Conversion[]} again @param {Output[]} outputs */
  async #ask(turn, files, again, outputs) {
    const kinds = await this.#kinds(files, again);
    if (turn !== this.turn) return;
    try {
      const quotes = await Promise.all(kinds.map((kind) => quoteOf(kind, outputs)));
      if (turn === this.turn) byId("quote").textContent = sentence(quotes);
    } catch {
      // Without a quote, files can be converted as well.
    }
  }

  /** @param {File[]} files @param {Conversion[]} again @returns {Promise<Kind[]>} */
  async #kinds(files, again) {
    const { uploadMaxBytes = Infinity, durationMaxS = Infinity } = this.limits ?? {};
    const durations = await Promise.all(files.map(durationOf));
    const all = [
      ...files.map((file, index) => ({ name: file.name, size: file.size, seconds: durations[index] })),
      // Their files are stored and paid for.
      ...again.map(({ filename, task: { source } }) => ({
        name: filename,
        size: source.durationS ? 0 : (source.sizeBytes ?? 0),
        seconds: source.durationS ?? null,
      })),
    ];
    /** @type {Map<string, Kind>} */
    const kinds = new Map();
    for (const { name, size, seconds } of all) {
      if (size > uploadMaxBytes || (seconds ?? 0) > durationMaxS) continue;
      const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
      const key = `${ending} ${seconds === null}`;
      const kind = kinds.get(key) ?? { filename: `a.${/^\w{1,8}$/.test(ending) ? ending : "bin"}`, sizes: [], durations: [] };
      kind.sizes.push(size);
      if (seconds !== null) kind.durations.push(seconds);
      kinds.set(key, kind);
    }
    return [...kinds.values()];
  }
}

/** The quote of a kind's mean file, and how many there are. @param {Kind} kind @param {Output[]} outputs */
async function quoteOf({ filename, sizes, durations }, outputs) {
  const body = { filename, outputs, sizeBytes: Math.round(mean(sizes)), ...(durations.length && { durationS: mean(durations) }) };
  return { count: sizes.length, ...(await ask("POST", "quote", { body })) };
}

/** @param {any[]} quotes */
function sentence(quotes) {
  if (!quotes.length) return "";
  const refused = quotes.find(({ error }) => error);
  if (refused) return explain(refused.error);
  const isKnown = quotes.every(({ costUsd }) => costUsd !== null);
  const sum = total(quotes.map(({ count, costUsd, mostCostUsd }) => count * (isKnown ? costUsd : mostCostUsd)));
  const cost = text(isKnown ? "quote.about" : "quote.most", { cost: figures.money(sum) });
  return quotes.some(({ queue }) => queue === "long") ? `${cost} ${text("quote.long")}` : cost;
}

/** @param {number[]} values */
function mean(values) {
  return total(values) / values.length;
}

/** @param {number[]} values */
function total(values) {
  return values.reduce((one, other) => one + other, 0);
}
