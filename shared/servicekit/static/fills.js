"use strict";
/* Fills in what another service alone may say. [data-fills=URL] is asked for once; in it each [data-from=ID] takes the
   words of the first <bdi> of the element of that id. Where the other does not answer, what stands there stays. */
(function () {
  function fill(root) {
    for (const part of root.querySelectorAll("[data-fills]:not([data-filled])")) {
      part.dataset.filled = "1";
      fetch(part.dataset.fills, { headers: { Accept: "text/html" } })
        .then((answer) => answer.ok ? answer.text() : "")
        .then(function (text) {
          const said = new DOMParser().parseFromString(text, "text/html");
          for (const place of part.querySelectorAll("[data-from]")) {
            const found = said.getElementById(place.dataset.from);
            if (found) place.textContent = (found.querySelector("bdi") || found).textContent;
          }
        })
        .catch(() => undefined);
    }
  }
  document.addEventListener("DOMContentLoaded", () => fill(document));
  document.addEventListener("htmx:load", (event) => fill(event.target.parentNode || document));
})();
