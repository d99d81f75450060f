"use strict";
/* A board ([data-board]) whose things are dragged to other cells, with a finger or the mouse or by the keyboard.
   Rows and columns have keys (data-k on each row and on the column's head); what can be dragged is an `a.m` whose
   address ends in its id. data-places answers ?item=ID with {all, rows: {key: {why, columns: {key: why}}}, near:
   [[row, column, label]]}: where it could be and why not. form[data-drop] is sent with item, row and column as it was,
   and row and column as they are to be; what the server says to that is shown, whatever the marks were. Without a
   form nothing is dragged, and arrows walk from cell to cell all the same. Enter opens an address in the dialog. */
(function () {
  const FAR = 6, LONG_PRESS_MS = 350, EDGE = 48, STEP = 14;
  let drag = null, pressed = null, timer = 0, missed = false, focused = "";

  const boardOf = (node) => node && node.closest ? node.closest("[data-board]") : null;
  const idOf = (link) => new URL(link.href).pathname.split("/").pop();
  const linkIn = (cell) => cell ? cell.querySelector("a") : null;

  /* Which row and column a cell is in; heads of rows are first in them. */
  function placeOf(cell) {
    const row = cell.parentNode, heads = cell.closest("table").tHead.rows[0].cells;
    return { row: row.dataset.k, column: (heads[cell.cellIndex] || {dataset: {}}).dataset.k };
  }
  function say(board, text) {
    const line = board.querySelector(".drag-said");
    line.hidden = !text;
    if (line.textContent !== text) line.textContent = text;
  }

  function begin(link, byKeys, x, y) {
    const board = boardOf(link), form = board && board.querySelector("form[data-drop]");
    if (!form || drag) return;
    const cell = link.closest("td");
    drag = { board, form, link, cell, over: cell, byKeys, told: null, ghost: null };
    board.classList.add("dragging");
    cell.classList.add("taken");
    if (byKeys) say(board, board.dataset.taken);
    else lift(link, x, y);
    const address = new URL(board.dataset.places, location.href);
    address.searchParams.set("item", idOf(link));
    const mine = drag;
    fetch(address, { headers: { Accept: "application/json" } })
      .then((answer) => answer.ok ? answer.json() : null)
      .then((told) => { if (told && drag === mine) { mine.told = told; mark(mine); hover(mine.over); } })
      .catch(() => {});  // the server is asked again by the drop
  }
  function lift(link, x, y) {
    const ghost = link.cloneNode(true), box = link.getBoundingClientRect();
    ghost.className = "m ghost";
    ghost.removeAttribute("href");
    ghost.setAttribute("aria-hidden", "true");
    ghost.style.width = box.width + "px";
    document.body.append(ghost);
    Object.assign(drag, { ghost, dx: x - box.left, dy: y - box.top });
    follow(x, y);
  }
  function follow(x, y) {
    drag.ghost.style.transform = "translate3d(" + (x - drag.dx) + "px," + (y - drag.dy) + "px,0)";
    const scroll = drag.board.querySelector(".scroll");
    if (y < EDGE) window.scrollBy(0, -STEP);
    if (y > innerHeight - EDGE) window.scrollBy(0, STEP);
    if (x < EDGE) scroll.scrollLeft -= STEP;
    if (x > innerWidth - EDGE) scroll.scrollLeft += STEP;
  }

  function whyNot(told, place) {
    if (told.all) return told.all;
    const row = told.rows[place.row];
    return row ? row.why || row.columns[place.column] || "" : "";
  }
  /* All cells are marked at once, and no more: what moves later is one layer and one class. */
  function mark(mine) {
    const near = new Map(mine.told.near.map(([row, column, label]) => [row + "\n" + column, label]));
    for (const cell of mine.board.querySelectorAll("tr[data-k] td")) {
      if (cell === mine.cell || cell.classList.contains("shut")) continue;
      const place = placeOf(cell);
      cell.classList.add(whyNot(mine.told, place) ? "cannot" : near.has(place.row + "\n" + place.column) ? "sugg" : "can");
    }
    offer(mine);
  }
  function offer(mine) {
    const list = mine.board.querySelector(".drag-near");
    list.replaceChildren(...mine.told.near.map(([row, column, label]) => {
      const item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.className = "btn alt sm";
      button.textContent = label;
      button.addEventListener("click", () => send(mine, { row, column }));
      item.append(button);
      return item;
    }));
    list.hidden = !mine.told.near.length;
  }
  function hover(cell) {
    if (drag.over) drag.over.classList.remove("over");
    drag.over = cell;
    if (!cell) return say(drag.board, "");
    cell.classList.add("over");
    if (!drag.told || cell === drag.cell) return;
    const why = cell.classList.contains("shut") ? cell.textContent : whyNot(drag.told, placeOf(cell));
    const data = drag.board.dataset;
    say(drag.board, placeName(cell) + ": " + (why || (cell.classList.contains("sugg") ? data.near : data.can)));
  }
  function placeName(cell) {
    const heads = cell.closest("table").tHead.rows[0].cells;
    return cell.parentNode.cells[0].firstElementChild.textContent + ", " + heads[cell.cellIndex].firstChild.textContent;
  }

  function send(mine, to) {
    const from = placeOf(mine.cell);
    const values = [idOf(mine.link), from.row, from.column, to.row, to.column];
    [...mine.form.querySelectorAll("input[type=hidden]:not([name=csrf_token])")].forEach((input, n) => { input.value = values[n]; });
    focused = mine.link.href;
    end();
    mine.form.requestSubmit();
  }
  function drop() {
    const mine = drag, cell = drag.over;
    if (!cell || cell === mine.cell || !mine.board.contains(cell)) { leave(); return; }
    const to = placeOf(cell);
    if (to.row && to.column) send(mine, to); else leave();
  }
  function leave() {
    const { board, link, byKeys } = drag;
    end();
    say(board, board.dataset.left);
    if (byKeys) link.focus();
    if (missed) { missed = false; window.htmx.trigger(board.closest("[data-live]"), "changed"); }
  }
  function end() {
    const { board, ghost } = drag;
    if (ghost) ghost.remove();
    board.classList.remove("dragging");
    for (const cell of board.querySelectorAll("td")) cell.classList.remove("can", "sugg", "cannot", "over", "taken");
    board.querySelector(".drag-near").hidden = true;
    say(board, "");
    drag = null;
  }

  document.addEventListener("pointerdown", function (event) {
    const link = event.target.closest && event.target.closest("[data-board] a.m");
    if (!link || event.button || drag) return;
    pressed = { link, x: event.clientX, y: event.clientY, id: event.pointerId, touch: event.pointerType === "touch" };
    if (!pressed.touch) return;
    if (event.target.hasPointerCapture(event.pointerId)) event.target.releasePointerCapture(event.pointerId);
    timer = setTimeout(() => { if (pressed) begin(pressed.link, false, pressed.x, pressed.y); }, LONG_PRESS_MS);
  });
  document.addEventListener("pointermove", function (event) {
    if (drag && drag.ghost) {
      follow(event.clientX, event.clientY);
      const cell = event.target.closest ? event.target.closest("[data-board] td") : null;
      if (cell !== drag.over) hover(cell);
    } else if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > FAR) {
      if (pressed.touch) { clearTimeout(timer); pressed = null; }  // the page is scrolled
      else begin(pressed.link, false, pressed.x, pressed.y);
    }
  });
  document.addEventListener("pointerup", function () {
    clearTimeout(timer);
    if (drag && drag.ghost) {
      drop();
      document.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => document.removeEventListener("click", stop, { capture: true }));
    }
    pressed = null;
  });
  document.addEventListener("pointercancel", function () { clearTimeout(timer); pressed = null; if (drag && drag.ghost) leave(); });
  document.addEventListener("dragstart", (event) => { if (boardOf(event.target)) event.preventDefault(); });
  document.addEventListener("touchmove", (event) => { if (drag && drag.ghost) event.preventDefault(); }, { passive: false });
  document.addEventListener("contextmenu", (event) => { if (drag || pressed && pressed.touch) event.preventDefault(); });
  function stop(event) { event.preventDefault(); event.stopPropagation(); }

  /* Arrows walk among the cells; the space bar takes a thing up, Enter puts it down, Escape leaves it. */
  const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  function nextCell(cell, [down, right], any) {
    let row = cell.parentNode, place = cell.cellIndex;
    for (;;) {
      if (down) row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
      place += right;
      const found = row && row.cells[place];
      if (!found || found.tagName !== "TD") return null;
      if (found.colSpan === 1 && (any || linkIn(found))) return found;
      if (found.colSpan > 1 && !down) return null;
    }
  }
  function walk(event, cell) {
    const next = nextCell(cell, WAYS[event.key], drag);
    event.preventDefault();
    if (!next) return;
    if (drag) { hover(next); next.scrollIntoView({ block: "nearest", inline: "nearest" }); } else rove(linkIn(next)).focus();
  }
  document.addEventListener("keydown", function (event) {
    if (drag && event.key === "Escape") { event.preventDefault(); leave(); return; }
    const link = event.target.closest && event.target.closest("[data-board] td a");
    if (!link || event.ctrlKey || event.altKey || event.metaKey) return;
    if (WAYS[event.key]) walk(event, drag ? drag.over || drag.cell : link.closest("td"));
    else if (drag && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); drop(); }
    else if (event.key === " " && link.matches(".m")) { event.preventDefault(); begin(link, true, 0, 0); }
  });

  /* One cell of a board is in the order of the tab key. */
  function rove(link) {
    const board = boardOf(link), before = board.querySelector('td a[tabindex="0"]');
    if (before) before.tabIndex = -1;
    link.tabIndex = 0;
    return link;
  }
  function prepare() {
    for (const board of document.querySelectorAll("[data-board]:not([data-ready])")) {
      board.dataset.ready = "1";
      const links = board.querySelectorAll("td a");
      for (const link of links) link.tabIndex = -1;
      if (links.length) links[0].tabIndex = 0;
    }
  }

  /* What can be done with a thing comes in the dialog; where that fails the address is opened as a page. */
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("[data-board] td a");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const dialog = document.getElementById(boardOf(link).dataset.dialog);
    event.preventDefault();
    focused = link.href;
    fetch(link.href).then((answer) => answer.ok ? answer.text() : Promise.reject(answer.status)).then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      dialog.replaceChildren(page.getElementById("about"));
      dialog.showModal();
    }).catch(() => { location.href = link.href; });
  });

  /* What others do is shown at once, but not under a thing that is being dragged; the focus stays where it was. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (drag && event.detail.target.contains(drag.board)) { event.detail.shouldSwap = false; missed = true; }
    const link = boardOf(document.activeElement) && document.activeElement.closest("a");
    if (link) focused = link.href;
  });
  document.addEventListener("htmx:afterSwap", function () {
    prepare();
    const refusal = document.getElementById("refusal");
    if (refusal && !refusal.dataset.seen) { refusal.dataset.seen = "1"; refusal.scrollIntoView({ block: "nearest" }); }
    const link = focused && [...document.querySelectorAll("[data-board] td a")].find((each) => each.href === focused);
    if (link && (!document.activeElement || document.activeElement === document.body)) rove(link).focus({ preventScroll: true });
  });
  document.addEventListener("DOMContentLoaded", prepare);
})();
