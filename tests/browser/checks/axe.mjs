// Accessibility, as axe-core sees it: all of its rules, the best practices too.
import fs from "node:fs";
import { packages } from "../site.mjs";

const source = () =>
  fs.readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8");

/** The rules that look at colours. */
const colours = ["color-contrast", "link-in-text-block"];

/** What axe finds on a page, a line each; `runOnly` names some of its rules. */
export async function violations(tab, runOnly) {
  await tab.evaluate(source());
  const { violations } = await tab.evaluate(
    (rules) => window.axe.run(rules ? { runOnly: rules } : {}),
    runOnly,
  );
  return violations.map(({ id, nodes }) => {
    const [first] = nodes;
    const why = [...first.any, ...first.all, ...first.none][0]?.message;
    return `axe: ${id}: ${nodes.length} × ${first.target.join(" ")}: ${why}`;
  });
}

/** Waits until nothing moves: a colour on its way is no colour. */
const settled = (tab) =>
  tab.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((a) => a.finished)),
  );

/** What a reader may have opened or chosen. */
const states = {
  "the search, with results": async (tab) => {
    await tab.keyboard.press("s");
    await tab.locator("#mdbook-searchbar").pressSequentially("thread");
    await tab.locator("#mdbook-searchresults li").first().waitFor();
  },
  "the menu of themes": (tab) => tab.click("#mdbook-theme-toggle"),
  "the help": (tab) => tab.keyboard.press("?"),
  "the sidebar closed": (tab) => tab.click("#sidebar-button"),
  "a Python tab": (tab) => tab.click("role=tab[name=Python] >> nth=0"),
  "an Output tab": (tab) => tab.click("role=tab[name=Output] >> nth=0"),
  "a narrow window, the sidebar open": async (tab) => {
    await tab.setViewportSize({ width: 360, height: 740 });
    await tab.reload();
    await tab.click("#sidebar-button");
  },
};

export const axe = {
  axe_finds_nothing_on_any_page: {
    run: (site) =>
      site.each(
        [...site.pages, "404.html"],
        { theme: "light" },
        async (tab) => {
          const found = await violations(tab);
          // Another theme has other colours, and nothing else.
          await tab.click("#mdbook-theme-toggle");
          await tab.click("#mdbook-theme-navy");
          await settled(tab);
          const navy = await violations(tab, colours);
          return [...found, ...navy.map((fault) => `navy: ${fault}`)];
        },
      ),
    broken: [
      {
        file: /frame-.*js$/,
        from: "label.hidden = true",
        to: "",
        says: /axe: aria-allowed-attr/,
      },
      {
        file: /colours-.*css$/,
        from: /--code-comment: light-dark\(.*\)/,
        to: "--code-comment: #777",
        says: /navy: axe: color-contrast/,
      },
      {
        file: /results\.html$/,
        from: "</main>",
        to: '<img src="../favicon.svg"></main>',
        says: /results\.html: axe: image-alt/,
      },
    ],
  },

  axe_finds_nothing_in_any_state_or_theme: {
    async run(site) {
      const faults = [];
      const size = (page) => site.read(page).length;
      const [page] = site.recipes.sort((a, b) => size(a) - size(b));
      const only = site.change?.only ?? /./;
      const look = async (name, options, act) => {
        if (!only.test(name)) return;
        const found = await site.each([page], options, async (tab) => {
          await act(tab);
          await settled(tab);
          return violations(tab);
        });
        faults.push(...found.map((fault) => `${name}: ${fault}`));
      };
      for (const theme of ["light", "navy"]) {
        for (const [name, act] of Object.entries(states)) {
          await look(`${theme}: ${name}`, { theme }, act);
        }
      }
      for (const theme of ["rust", "coal", "ayu"]) {
        await look(theme, { theme }, () => {});
      }
      return faults;
    },
    broken: [
      {
        file: /colours-.*css$/,
        from: /(--searchresults-header-fg: light-dark\(.*, )#a4adbb/,
        to: "$1#444",
        only: /navy: the search/,
        says: /navy: the search, with results: .*color-contrast/,
      },
      {
        file: /colours-.*css$/,
        from: /--code-comment: #55534d/,
        to: "--code-comment: #888",
        only: /^rust/,
        says: /rust: .*color-contrast/,
      },
    ],
  },
};
