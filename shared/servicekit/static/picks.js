"use strict";
/* Links of which one is open at a time ([data-picks]): the one that was followed last is marked with aria-current. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-picks] a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const others = link.closest("[data-picks]").querySelectorAll("[aria-current]");
  for (const other of others) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
});
