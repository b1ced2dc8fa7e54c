// Shows what was saved: swaps styles, reloads the page if it changed, lays problems over it.
"use strict";
(() => {
  const seen = "pbsite-scroll";
  const place = sessionStorage.getItem(seen);
  sessionStorage.removeItem(seen);
  if (place !== null) addEventListener("load", () => scrollTo(0, Number(place)));

  const own = async () => (await fetch(location.href, { cache: "no-cache" })).text();
  const sheet = /<link rel="stylesheet"[^>]*>/g;
  let last = own();

  async function refresh() {
    const [before, now] = [await last, await own()];
    last = now;
    if (before === now) return;
    if (before.replace(sheet, "") !== now.replace(sheet, "")) {
      sessionStorage.setItem(seen, String(scrollY));
      return location.reload();
    }
    const fresh = new DOMParser().parseFromString(now, "text/html").querySelectorAll('link[rel="stylesheet"]');
    document.querySelectorAll('link[rel="stylesheet"]').forEach((link, i) => {
      const next = fresh[i] && fresh[i].getAttribute("href");
      if (next && next !== link.getAttribute("href")) link.setAttribute("href", next);
    });
  }

  let overlay = null;
  function show(text) {
    if (overlay) overlay.remove();
    overlay = null;
    if (!text) return;
    overlay = document.createElement("div");
    const root = overlay.attachShadow({ mode: "open" });
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = "/.pbsite/overlay.css";
    const box = document.createElement("section");
    box.setAttribute("role", "alert");
    const close = document.createElement("button");
    close.textContent = "×";
    close.onclick = () => show("");
    const problems = document.createElement("pre");
    problems.textContent = text;
    box.append(close, problems);
    root.append(style, box);
    document.documentElement.append(overlay);
  }

  const events = new EventSource("/.pbsite/events");
  events.addEventListener("state", (event) => {
    show(JSON.parse(event.data).problems);
    refresh();
  });
})();
