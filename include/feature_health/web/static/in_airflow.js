// Two things that only a script can do inside Airflow's frame: follow its colour mode, and leave the frame by a link, which the
// frame's sandbox forbids to a plain one. Outside of a frame, or of an Airflow that we know, everything works without it.
"use strict";

function airflow() {
  try {
    return window.parent !== window && window.parent.document ? window.parent : null;
  } catch {
    return null; // a frame of another origin
  }
}

function followColourMode(host) {
  const theirs = host.document.documentElement;
  const follow = () => {
    document.documentElement.dataset.mode = theirs.classList.contains("dark") ? "dark" : "light";
  };
  follow();
  new MutationObserver(follow).observe(theirs, { attributes: true, attributeFilter: ["class"] });
}

function leaveFrame(host, event) {
  const link = event.target.closest("a[data-airflow]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  host.history.pushState({}, "", link.href);
  host.dispatchEvent(new PopStateEvent("popstate"));
}

const host = airflow();
if (host) {
  followColourMode(host);
  document.addEventListener("click", (event) => leaveFrame(host, event));
}
