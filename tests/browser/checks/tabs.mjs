// Tabs: the ARIA pattern, by mouse and keyboard, and the language that a
// reader has chosen.
import { holdPage } from "../site.mjs";

/** What the tabs of a page say and show, and where they contradict it. */
const state = () => {
  const faults = [];
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice) faults.push(`the id ${twice} stands twice`);
  const shown = {};
  for (const list of document.querySelectorAll("[role=tablist]")) {
    const name = list.getAttribute("aria-label");
    const tabs = [...list.querySelectorAll("[role=tab]")];
    const is = (tab) => tab.getAttribute("aria-selected") === "true";
    if (tabs.filter(is).length !== 1) faults.push(`${name}: not one chosen`);
    for (const tab of tabs) {
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      if (panel?.getAttribute("role") !== "tabpanel") {
        faults.push(`${name}: ${tab.textContent} has no panel`);
      } else if (panel.checkVisibility() !== is(tab)) {
        faults.push(`${name}: ${tab.textContent} is chosen or shown, not both`);
      }
      if (panel?.getAttribute("aria-labelledby") !== tab.id) {
        faults.push(`${name}: a panel is not named by its tab`);
      }
      if ((tab.tabIndex === 0) !== is(tab)) {
        faults.push(`${name}: the Tab key stops at a tab that is not chosen`);
      }
    }
    shown[name] = tabs.find(is)?.textContent;
    const names = tabs.map((tab) => tab.textContent);
    const both = names.includes("Rust") && names.includes("Python");
    shown[name] += both ? "" : "!";
  }
  return { faults, shown };
};

const tab = (page, nth, name) =>
  page.locator(".listing-tabs").nth(nth).getByRole("tab", { name });

/** Do the listings show this? Those in one language end with `!`. */
async function expect(page, what, wanted) {
  const { faults, shown } = await page.evaluate(state);
  const found = faults.map((fault) => `${what}: ${fault}`);
  Object.entries(shown).forEach(([name, is], nth) => {
    const want = wanted(name, nth);
    if (is !== want && !is.endsWith("!")) {
      found.push(`${what}: ${name} shows ${is}, not ${want}`);
    }
  });
  return found;
}

/** Recipes with two listings or more that have a Python program. */
const full = (site) =>
  site.recipes.filter((page) => {
    const twins = site.read(page).match(/class="language-python listing=/g);
    return twins?.length > 1;
  });

const own = (change, says) => ({ file: /listings-.*js$/, ...change, says });

export const tabs = {
  tabs_by_mouse: {
    run: (site) =>
      site.each(full(site), {}, async (page) => {
        const found = await expect(page, "at first", () => "Rust");
        await tab(page, 0, "Output").click();
        found.push(
          ...(await expect(page, "after Output", (_, nth) =>
            nth ? "Rust" : "Output",
          )),
        );
        // Safari, unlike Chromium, does not keep the page where it is.
        await page.addStyleTag({ content: "* { overflow-anchor: none }" });
        const last = page.getByRole("tab", { name: "Python" }).last();
        await last.scrollIntoViewIfNeeded();
        const before = (await last.boundingBox()).y;
        await last.click();
        const moved = (await last.boundingBox()).y - before;
        if (Math.abs(moved) > 1) {
          found.push(`the tab moved ${moved} px from the pointer`);
        }
        found.push(
          ...(await expect(page, "after Python", (_, nth) =>
            nth ? "Python" : "Output",
          )),
        );
        await tab(page, 0, "Rust").click();
        found.push(...(await expect(page, "after Rust", () => "Rust")));
        return found;
      }),
    broken: [
      own({ from: "!chosen;", to: "false;" }, /is chosen or shown, not both/),
      own({ from: 'name !== "Output"', to: "true" }, /after Output/),
      own({ from: "chosen ? 0 : -1", to: "0" }, /the Tab key stops/),
      own(
        { from: "window.scrollBy(", to: "Math.abs(", on: /refusals/ },
        /the tab moved/,
      ),
      own({ from: 'at !== "Output"', to: "true" }, /after Python: /),
      own(
        { from: '"aria-labelledby", tab.id', to: '"title", tab.id' },
        /a panel is not named by its tab/,
      ),
    ],
  },

  tabs_by_keyboard: {
    run: (site) =>
      site.each(full(site).slice(0, 2), {}, async (page) => {
        const found = [];
        const hold = await holdPage(page);
        const steps = [
          ["ArrowRight", "Python"],
          ["ArrowRight", "Output"],
          ["ArrowRight", "Rust"],
          ["ArrowLeft", "Output"],
          ["Home", "Rust"],
          ["End", "Output"],
          ["ArrowLeft", "Python"],
        ];
        await tab(page, 0, "Rust").focus();
        for (const [key, name] of steps) {
          await page.keyboard.press(key);
          if (await hold.turnedTo()) return [`${key} turned the page`];
          const focused = page.locator(":focus");
          const at = await focused.textContent();
          const chosen = await focused.getAttribute("aria-selected");
          if (at !== name || chosen !== "true") {
            found.push(`${key} leads to ${at}, not to ${name}`);
          }
        }
        // The browser's own keys stay the browser's.
        const taken = await page.evaluate(() => {
          const init = { key: "ArrowLeft", altKey: true, bubbles: true };
          const press = new KeyboardEvent("keydown", {
            ...init,
            cancelable: true,
          });
          return !document.activeElement.dispatchEvent(press);
        });
        if (taken) found.push("Alt+ArrowLeft is taken");
        await page.keyboard.press("Tab");
        const inside = await page.evaluate(() => {
          const panel = document.activeElement.closest("[role=tabpanel]");
          return panel?.checkVisibility() && panel.id.endsWith("-python");
        });
        if (!inside) found.push("Tab does not lead into the open panel");
        return found;
      }),
    broken: [
      own({ from: "event.stopPropagation();", to: "" }, /turned the page/),
      own({ from: "next.focus();", to: "" }, /ArrowRight leads to Rust/),
      own({ from: "(at + 1) % count", to: "at" }, /ArrowRight leads to Rust/),
      own({ from: "count - 1,\n  }", to: "0,\n  }" }, /End leads to Rust/),
      own({ from: "altKey ||", to: "" }, /Alt\+ArrowLeft is taken/),
    ],
  },

  tabs_keep_the_language_across_pages: {
    async run(site) {
      const found = [];
      const [first, ...others] = full(site);
      const { tab: page, context } = await site.visit(first);
      await tab(page, 0, "Python").click();
      for (const other of others) {
        await page.goto(site.base + other);
        const shown = await expect(page, other, () => "Python");
        found.push(...shown);
      }
      await tab(page, 0, "Rust").click();
      await page.goto(site.base + first);
      found.push(...(await expect(page, "Rust again", () => "Rust")));
      await context.close();
      const python = { storage: { "book-language": "Python" } };
      const steady = await site.each(
        full(site),
        { ...python, untilIdle: true, paintFirst: true },
        async (page) => {
          const shifted = await page.evaluate(() => window.shifted());
          return shifted < 0.02 ? [] : [`in Python it shifts by ${shifted}`];
        },
      );
      return [...found, ...steady];
    },
    broken: [
      own(
        {
          from: "localStorage.setItem",
          to: "String",
          on: /results|concurrency/,
        },
        /shows Rust, not Python/,
      ),
    ],
  },

  tabs_follow_another_window: {
    run: (site) =>
      site.each(full(site).slice(0, 1), {}, async (page, path) => {
        const other = await page.context().newPage();
        await other.goto(site.base + path);
        await tab(other, 0, "Python").click();
        await tab(page, 0, "Python")
          .and(page.locator("[aria-selected=true]"))
          .waitFor();
        return expect(page, "in the other window", () => "Python");
      }),
    broken: [own({ from: "speak(event.newValue)", to: "" }, /Timeout/)],
  },

  tabs_in_the_readers_own_colours: {
    run: (site) =>
      site.each(
        full(site).slice(0, 1),
        { forcedColors: "active" },
        async (page) => {
          const colours = await page.evaluate(() =>
            [...document.querySelector("[role=tablist]").children].map(
              (tab) => getComputedStyle(tab).borderBlockEndColor,
            ),
          );
          const [chosen, ...others] = colours;
          return others.includes(chosen)
            ? ["the chosen tab is not marked"]
            : [];
        },
      ),
    broken: [
      {
        file: /listings-.*css$/,
        from: "border-block-end-color: Canvas",
        to: "",
        says: /the chosen tab is not marked/,
      },
    ],
  },
};
