"use strict";
/* What every page does where scripts run: tiles that say when their service is away, parts that follow what
   changes, dialogs. Without scripts each of them is a link or a form that works as well. */
(function () {
  const POLL_MS = 20000, LONGEST_WAIT_MS = 60000, TILE_WAIT_MS = 2000, TILE_TRIES = 3;
  document.documentElement.classList.add("js");

  /* A tile whose service does not answer says so, and what to do. It asks again a few times: of a mission that was
     opened a moment ago a service may not have heard yet. */
  function away(event) {
    const tile = event.target.closest("[data-away]");
    if (!tile) return;
    tile.removeAttribute("aria-busy");
    const tries = Number(tile.dataset.tries || 0) + 1;
    tile.dataset.tries = tries;
    if (tries <= TILE_TRIES) setTimeout(() => { if (tile.isConnected) window.htmx.trigger(tile, "again"); }, tries * TILE_WAIT_MS);
    if (tile.dataset.state === "shown") return;  // what was shown before is better than nothing
    const said = document.createElement("p");
    said.className = "soft";
    said.textContent = tile.dataset.away;
    tile.replaceChildren(said);
  }
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, away);
  document.addEventListener("htmx:afterSwap", function (event) {
    const tile = event.target.closest("[data-away]");
    if (tile) { tile.dataset.state = "shown"; tile.removeAttribute("aria-busy"); }
  });

  /* A part with data-live is told by its service when what it shows has changed; it is asked for now and then
     as well, for the stream may not come through. A hidden page follows nothing, and looks once when it is seen again. */
  function follow(part) {
    let stream = null, wait = 1000, timer = 0;
    const changed = () => { if (part.isConnected) window.htmx.trigger(part, "changed"); };
    function open() {
      if (!part.isConnected || document.hidden || stream) return;
      const address = new URL(part.dataset.live, location.href);
      address.searchParams.set("seen", part.dataset.seen || "");
      stream = new EventSource(address);
      stream.addEventListener("state", function (event) {
        wait = 1000;
        if (event.data !== part.dataset.seen) { part.dataset.seen = event.data; changed(); }
      });
      stream.onerror = function () {
        close();
        timer = setTimeout(open, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      };
    }
    function close() { clearTimeout(timer); if (stream) stream.close(); stream = null; }
    const poll = setInterval(() => part.isConnected ? document.hidden || changed() : end(), POLL_MS);
    function seen() { if (document.hidden) close(); else { changed(); open(); } }
    function end() { clearInterval(poll); close(); document.removeEventListener("visibilitychange", seen); }
    document.addEventListener("visibilitychange", seen);
    open();
  }
  function followAll(root) {
    for (const part of root.querySelectorAll("[data-live]")) if (!part.dataset.followed) {
      part.dataset.followed = "1";
      follow(part);
    }
  }

  /* [data-opens=ID] opens a dialog, [data-closes] closes the one it stands in. */
  document.addEventListener("click", function (event) {
    const opener = event.target.closest("[data-opens]"), closer = event.target.closest("[data-closes]");
    if (opener) { event.preventDefault(); document.getElementById(opener.dataset.opens).showModal(); }
    if (closer) { event.preventDefault(); closer.closest("dialog").close(); }
    const printer = event.target.closest("[data-prints]");
    if (printer) { event.preventDefault(); window.print(); }
  });

  /* A form that is being sent asks nothing meanwhile, such as whether a number is right: the next page replaces this
     one, and sending may have ended the token with which it would ask. It asks again once something in it changes. */
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) event.target.dataset.sent = "1"; });
  for (const name of ["input", "change"]) document.addEventListener(name, (event) => {
    const form = event.target.closest("form[data-sent]");
    if (form) delete form.dataset.sent;
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.target.closest("form[data-sent]")) event.preventDefault(); });

  document.addEventListener("DOMContentLoaded", () => followAll(document));
  document.addEventListener("htmx:load", (event) => followAll(event.target.parentNode || document));
})();
