// Mends what mdBook's frame around a page lacks: for screen readers, for the
// keyboard, and for those who want nothing to move.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);

  // The first stop of the Tab key.
  const skip = $(".skip-link");
  if (skip) document.body.prepend(skip);

  // Landmarks: mdBook's bar and search are plain `div`s.
  $("#mdbook-menu-bar").setAttribute("role", "banner");
  $("#mdbook-search-wrapper").setAttribute("role", "search");
  const header = $("#mdbook-searchresults-header");
  header.setAttribute("role", "status");
  $("#mdbook-searchbar").setAttribute("aria-label", "Search this book");
  $("#mdbook-searchbar").setAttribute("aria-describedby", header.id);
  $("#mdbook-content").tabIndex = -1;

  // The help is a dialog: it takes the focus, and gives it back.
  const around = $("#mdbook-help-container");
  const help = $("#mdbook-help-popup");
  help.setAttribute("role", "dialog");
  help.setAttribute("aria-modal", "true");
  help.setAttribute("aria-label", "Keyboard shortcuts");
  help.tabIndex = -1;
  const helping = () => around.style.display === "flex";
  let before = null;
  new MutationObserver(() => {
    if (helping()) {
      before = document.activeElement;
      help.focus();
    } else before?.focus();
  }).observe(around, { attributeFilter: ["style"] });

  // mdBook says "Copied!" to the eye alone, and while the mouse is there.
  const copied = document.createElement("p");
  copied.setAttribute("role", "status");
  copied.className = "unseen";
  document.body.append(copied);
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".clip-button");
    if (button) copied.textContent = button.textContent;
  });
  document.addEventListener("focusout", (event) => {
    const button = event.target.closest(".clip-button");
    button?.dispatchEvent(new MouseEvent("mouseout"));
  });

  // mdBook's toggle for the sidebar is a `label`, which no keyboard reaches
  // and on which `aria-expanded` means nothing. A button presses it.
  const label = $("#mdbook-sidebar-toggle");
  const box = $("#mdbook-sidebar-toggle-anchor");
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.id = "sidebar-button";
  toggle.className = "icon-button";
  toggle.title = label.title;
  toggle.setAttribute("aria-label", "Table of contents");
  toggle.setAttribute("aria-controls", "mdbook-sidebar");
  toggle.append(...label.childNodes);
  const expanded = () => toggle.setAttribute("aria-expanded", box.checked);
  toggle.addEventListener("click", () => label.click());
  box.addEventListener("change", expanded);
  expanded();
  label.hidden = true;
  label.before(toggle);

  // The links to the pages before and after say where they lead.
  for (const way of ["prev", "next"]) {
    const title = $(`head link[rel=${way}]`)?.title;
    const link = $(`.mobile-nav-chapters[rel~=${way}]`);
    if (!link) continue;
    const name = document.createElement("span");
    name.textContent = title;
    link[way === "prev" ? "append" : "prepend"](name);
    link.title = "";
    const where = way === "prev" ? "Previous" : "Next";
    link.setAttribute("aria-label", `${where}: ${title}`);
  }

  // What scrolls sideways can be scrolled with the keyboard.
  const scrollers = "main pre > code, main .table-wrapper";
  const scrolls = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth;
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (scrolls(target)) {
        target.tabIndex = 0;
        target.setAttribute("role", "group");
        target.setAttribute("aria-label", "Scrolls sideways");
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) {
          target.removeAttribute(name);
        }
      }
    }
  });
  for (const scroller of document.querySelectorAll(scrollers)) {
    sizes.observe(scroller);
  }
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const scroller = event.target.closest(scrollers);
      const busy = helping() || event.target.closest("[role=menu]");
      // mdBook would turn the page.
      if (busy || (scroller && scrolls(scroller))) event.stopPropagation();
    },
    true,
  );

  // mdBook scrolls smoothly to the top whatever the reader has asked for.
  $(".menu-title").addEventListener(
    "click",
    (event) => {
      if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      event.stopImmediatePropagation();
      scrollTo(0, 0);
    },
    true,
  );

  // On the page for addresses that do not exist: links to places on it would
  // lead to the book's root, and there is something to search for.
  if ($("base")) {
    const here = location.pathname + location.search;
    for (const link of document.querySelectorAll('a[href^="#"]')) {
      link.setAttribute("href", here + link.getAttribute("href"));
    }
  }
  const search = $("#search-instead");
  if (search) {
    let path = location.pathname;
    try {
      path = decodeURIComponent(path);
    } catch {
      // It is not even text: its other signs will do.
    }
    const last = path.split("/").filter(Boolean).pop() ?? "";
    const words = last
      .replace(/\.html$/, "")
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
    if (words) {
      const link = search.querySelector("a");
      link.textContent = words;
      link.search = new URLSearchParams({ search: words });
      search.hidden = false;
    }
  }
})();
