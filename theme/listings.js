// Makes tabs of a listing's blocks: Rust | Python | Output, with the file, the
// command that runs it, and how it fails if it is broken. Everything follows
// from the blocks: their info strings, which mdBook hands down as classes
// (`listing=NAME`, `from=FOLDER`), and the directives in their programs.
(() => {
  "use strict";
  const root = document.documentElement;
  // mdBook puts its additional scripts at the end of a page, which is after the
  // first paint. head.hbs loads this one early; the second time it is done.
  if ("listings" in root.dataset) return;
  root.dataset.listings = "";
  root.dataset.parsing = "";

  const meta = (name) =>
    document.querySelector(`meta[name="${name}"]`)?.content ?? "";

  /**
   * Crates that the Rust playground has, and this book uses. It has
   * parking_lot as well, maybe an older one than this book's.
   */
  const playground = [
    "std",
    "core",
    "alloc",
    "crossbeam",
    "libc",
    "rayon",
    "serde",
    "serde_json",
    "tokio",
  ];

  /** How a broken program fails, by its directive. */
  const failures = {
    error: (codes) => `does not compile: ${codes}`,
    deadlock: () => "deadlocks",
    hangs: () => "hangs",
    loses: (value) => `loses ${/\((.*)\)/.exec(value)?.[1] ?? "updates"}`,
    leaks: (what) => `leaks: ${what}`,
    races: () => "has a data race",
    inversion: () => "could deadlock: lock-order inversion",
  };

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  // ---------------------------------------------------------------- a block

  /** What `pre` shows, or null if it belongs to no listing. */
  function readBlock(pre) {
    const code = pre.matches?.("pre") && pre.querySelector(":scope > code");
    if (!code) return null;
    const word = (start) =>
      [...code.classList].find((c) => c.startsWith(start))?.slice(start.length);
    const name = word("listing=");
    if (!name) return null;
    const language = word("language-");
    return {
      pre,
      name,
      stem: name.replace(/\.(py|stderr)$/, ""),
      language,
      program: language === "rust" || language === "python",
      from: word("from=") ?? "src/bin",
      text: code.textContent,
      directives: readDirectives(code.textContent),
    };
  }

  /** `//@ loses: 50` of a program as `{ loses: "50" }`. */
  function readDirectives(text) {
    const directives = {};
    for (const line of text.split("\n")) {
      const found = /^(?:\/\/|#)@ ([a-z]+)(?:: (.*))?$/.exec(line);
      if (!found) continue;
      const [, word, value = ""] = found;
      directives[word] =
        word in directives ? `${directives[word]}, ${value}` : value;
    }
    return directives;
  }

  /** The folder below `listings/` of the page that `node` stands on. */
  function chapter(node) {
    const page = meta("book-page");
    if (page !== "print.md") return page.split("/").at(-2);
    // All pages stand on this one, in the order of the table of contents.
    // Between two of them mdBook 0.5 puts a `div` that breaks the page.
    let pages = 0;
    for (let at = node; at; at = at.previousElementSibling) {
      if (at.style?.breakBefore === "page") pages += 1;
    }
    const links = document.querySelectorAll("#mdbook-sidebar .chapter a[href]");
    const link = [...links].filter((a) => a.pathname.endsWith(".html"))[pages];
    return link?.pathname.split("/").at(-2);
  }

  const file = (block) =>
    `listings/${block.chapter}/${block.from}/${block.stem}.${block.language === "rust" ? "rs" : "py"}`;

  /** The crates that a program names in its `use` lines. */
  const crates = (text) =>
    [...text.matchAll(/^\s*(?:pub )?use (?:::)?(\w+)/gm)].map((use) => use[1]);

  /** A path into a crate that neither rustc nor the playground has at hand. */
  const elsewhere =
    /\b(ch\d\d_\w+|fastrand|ipc_channel|nix|procspawn|rustix|tempfile)::/;

  /** The command that runs a program; none for a part of a library. */
  function command(block) {
    const test = `cargo test --test listings ${block.stem}`;
    if (/(^|\/)src(\/(?!bin$)|$)/.test(block.from)) return null;
    if (block.from.startsWith("python")) return test;
    if (block.language === "python") return `python3 ${file(block)}`;
    if (block.from === "rejected") {
      const plain =
        !elsewhere.test(block.text) &&
        crates(block.text).every((name) => name === "std");
      return plain ? `rustc --edition 2024 ${file(block)}` : test;
    }
    const release = block.directives.profile === "release" ? " --release" : "";
    const args = block.directives.args ? ` -- ${block.directives.args}` : "";
    // A package apart from the workspace is told by its folder.
    const apart = /^(.+)\/src\/bin$/.exec(block.from);
    const own = apart
      ? `--manifest-path listings/${block.chapter}/${apart[1]}/Cargo.toml`
      : `-p ${block.chapter}`;
    return `cargo run${release} ${own} --bin ${block.stem}${args}`;
  }

  /** Where the program runs as it stands, without this repository. */
  function playgroundLink(block) {
    // It ends every program after some seconds, and passes no arguments.
    const unfit = ["deadlock", "hangs", "leaks", "signal", "args"];
    const runs =
      block.language === "rust" &&
      block.from === "src/bin" &&
      !unfit.some((word) => word in block.directives) &&
      !elsewhere.test(block.text) &&
      crates(block.text).every((name) => playground.includes(name));
    if (!runs) return null;
    const mode = block.directives.profile ?? "debug";
    const link = new URL("https://play.rust-lang.org/?version=stable");
    link.searchParams.set("mode", mode);
    link.searchParams.set("edition", "2024");
    link.searchParams.set("code", block.text);
    return link.href;
  }

  /** What a broken program is called, or null if it is sound. */
  function failure(directives) {
    for (const [word, name] of Object.entries(failures)) {
      if (word in directives) return name(directives[word]);
    }
    if (!directives.repair) return null;
    if (directives.exit) return `fails: exit status ${directives.exit}`;
    return directives.signal ? `is ended by ${directives.signal}` : null;
  }

  // --------------------------------------------------------------- a listing

  /**
   * The line that says how a program fails, and what repairs it. A Python
   * program fails as the Rust program of its listing does, unless it says
   * that it differs; what the compiler refuses it can only accept.
   */
  function verdict(block, rust) {
    let word = failure(block.directives);
    if (!word && rust && block !== rust) {
      const differs = "differs" in block.directives;
      if (!differs) word = failure(rust.directives);
      else if ("error" in rust.directives) word = "Python accepts it";
    }
    if (!word) return [];
    const line = element("p", { class: "listing-verdict" });
    line.append(element("strong", {}, word));
    const repair = block.directives.repair ?? rust?.directives.repair;
    if (repair) {
      const link = element("a", { href: `#listing-${repair}` }, repair);
      line.append(" · repaired by ", link);
    }
    return [line];
  }

  /** Below a program: its file, where to run it, and the command for it. */
  function footer(block) {
    const path = file(block);
    const where = element("p", { class: "listing-file" });
    const address = `${meta("book-repository")}/blob/HEAD/${path}`;
    where.append(
      meta("book-repository") ? element("a", { href: address }, path) : path,
    );
    const run = playgroundLink(block);
    if (run) {
      const label = "Run it in the Rust playground";
      where.append(element("a", { class: "listing-run", href: run }, label));
    }
    const line = command(block);
    if (!line) return [where];
    const code = element("code", { class: "nohighlight" }, line);
    return [where, element("pre", { class: "listing-command" }, code)];
  }

  function label(block, panel) {
    if (block.program) return panel;
    if (block.name.endsWith(".stderr")) return "Standard error";
    return block.name.endsWith(".py")
      ? "Output of the Python program"
      : "Output";
  }

  /** Puts the blocks of one listing, siblings, into its tabs. */
  function build(blocks) {
    const { stem, pre } = blocks[0];
    const listing = element("div", { class: "listing" });
    const id = `listing-${stem}`;
    // A library may be shown in parts; links lead to the first.
    if (!document.getElementById(id)) listing.id = id;
    pre.before(listing);
    for (const block of blocks) block.chapter = chapter(listing);
    const rust = blocks.find((block) => block.language === "rust");
    const contents = {
      Rust: blocks.filter((block) => block.language === "rust"),
      Python: blocks.filter((block) => block.language === "python"),
      Output: blocks.filter((block) => !block.program),
    };
    const names = Object.keys(contents).filter((name) => contents[name].length);
    const tabs = element("div", { class: "listing-tabs", role: "tablist" });
    tabs.setAttribute("aria-label", stem);
    for (const name of names) {
      const panel = element("div", { class: "listing-panel" });
      for (const block of contents[name]) {
        panel.append(
          element("p", { class: "listing-label" }, label(block, name)),
        );
        if (block.program) {
          const broken = verdict(block, rust);
          panel.append(...broken, block.pre, ...footer(block));
          if (broken.length) listing.classList.add("broken");
        } else panel.append(block.pre);
      }
      if (names.length > 1) {
        const own = `${stem}-${name.toLowerCase()}`;
        const tab = element("button", { type: "button", role: "tab" }, name);
        tab.id = `tab-${own}`;
        panel.id = `panel-${own}`;
        panel.setAttribute("role", "tabpanel");
        panel.setAttribute("aria-labelledby", tab.id);
        tab.setAttribute("aria-controls", panel.id);
        tabs.append(tab);
      }
      listing.append(panel);
    }
    if (names.length > 1) {
      listing.prepend(tabs);
      show(listing, names.includes(language) ? language : names[0]);
    }
  }

  // -------------------------------------------------------------------- tabs

  const key = "book-language";
  let language = "Rust";
  try {
    language = localStorage.getItem(key) ?? language;
  } catch {
    // No storage: the choice holds for this page.
  }

  /** Shows one panel of a listing, by the name on its tab, if it has it. */
  function show(listing, name) {
    const tabs = [...listing.querySelectorAll("[role=tab]")];
    if (!tabs.some((tab) => tab.textContent === name)) return;
    for (const tab of tabs) {
      const chosen = tab.textContent === name;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      const panel = tab.getAttribute("aria-controls");
      listing.querySelector(`[id="${panel}"]`).hidden = !chosen;
    }
  }

  /** Shows a language wherever an output is not being looked at. */
  function speak(name) {
    language = name;
    for (const listing of document.querySelectorAll(".listing")) {
      const at = listing.querySelector("[aria-selected=true]")?.textContent;
      if (at !== "Output") show(listing, name);
    }
  }

  /** A reader chooses a tab: a language is chosen for the whole book. */
  function choose(tab) {
    const top = tab.getBoundingClientRect().top;
    const name = tab.textContent;
    show(tab.closest(".listing"), name);
    if (name !== "Output") {
      speak(name);
      try {
        localStorage.setItem(key, name);
      } catch {
        // As above.
      }
    }
    // Listings above have another height now; the tab stays under the pointer.
    window.scrollBy(0, tab.getBoundingClientRect().top - top);
  }

  // Chosen in another window.
  window.addEventListener("storage", (event) => {
    if (event.key === key && event.newValue) speak(event.newValue);
  });

  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.(".listing-tabs [role=tab]");
    if (tab) choose(tab);
  });

  /** The place of the tab that a key leads to, of `count` from `at`. */
  const places = {
    ArrowLeft: (at, count) => (at + count - 1) % count,
    ArrowRight: (at, count) => (at + 1) % count,
    Home: () => 0,
    End: (_, count) => count - 1,
  };
  // In the capture phase: mdBook turns the page at the same keys.
  document.addEventListener(
    "keydown",
    (event) => {
      const tab = event.target.closest?.(".listing-tabs [role=tab]");
      const place = places[event.key];
      const { altKey, ctrlKey, metaKey, shiftKey } = event;
      if (!tab || !place || altKey || ctrlKey || metaKey || shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      const tabs = [...tab.parentElement.children];
      const next = tabs[place(tabs.indexOf(tab), tabs.length)];
      choose(next);
      next.focus();
    },
    true,
  );

  // ------------------------------------------------------------- while parsing

  /** A prompt is drawn, not written: who copies a command copies no prompt. */
  function drawPrompts(code) {
    const lines = code.textContent.split(/(?<=\n)/).map((line) => {
      if (!line.startsWith("$ ")) return line;
      return element("span", { class: "prompted" }, line.slice(2));
    });
    code.replaceChildren(...lines);
    code.className = "prompts nohighlight";
  }

  /** Builds the listings of which all blocks have been parsed. */
  function scan() {
    const done = document.readyState !== "loading";
    /** Has all of `pre`, and of its listing, come if `next` follows? */
    const whole = (pre, next) => done || next || pre.parentElement.nextSibling;
    for (const code of document.querySelectorAll(
      'main pre > code[class*="listing="]',
    )) {
      if (code.closest(".listing")) continue;
      const blocks = [readBlock(code.parentElement)];
      let next = code.parentElement.nextElementSibling;
      for (; next; next = next.nextElementSibling) {
        const block = readBlock(next);
        // A listing has one program in each language, then what they print.
        if (block?.stem !== blocks[0].stem) break;
        blocks.push(block);
      }
      if (whole(blocks[0].pre, next)) build(blocks);
    }
    for (const code of document.querySelectorAll("main .language-console")) {
      const pre = code.parentElement;
      if (whole(pre, pre.nextElementSibling)) drawPrompts(code);
    }
  }

  /** What a search has marked is shown, whatever tab it is in. */
  function showMarks() {
    for (const listing of document.querySelectorAll(".listing")) {
      const marks = [...listing.querySelectorAll(".listing-panel mark")];
      const panel = marks[0]?.closest("[role=tabpanel]");
      if (!panel || !marks.every((mark) => mark.closest("[hidden]"))) continue;
      const tab = listing.querySelector(`[aria-controls="${panel.id}"]`);
      show(listing, tab.textContent);
    }
  }

  const observer = new MutationObserver(scan);
  observer.observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => {
    delete root.dataset.parsing;
    observer.disconnect();
    scan();
    showMarks();
  });
})();
