/** Lets the form stay in view beside a long list, all of it within reach and without a scrollbar of its own. */

import { byId } from "../browser/dom.js";

const GAP_PX = 16;

/** Place the form again whenever it or the window changes its height. */
export function keepComposerInView() {
  const form = byId("composer");
  const place = () => {
    form.style.top = `${Math.min(GAP_PX, innerHeight - form.offsetHeight - GAP_PX)}px`;
  };
  new ResizeObserver(place).observe(form);
  addEventListener("resize", place);
}
