// A table of the pages of two renderings, as Markdown.
import { violations } from "./checks/axe.mjs";
import { Site } from "./site.mjs";

/** The figures of every page. */
async function figures(root) {
  const site = await Site.open(root);
  const pages = {};
  for (const theme of ["light", "navy"]) {
    const options = { theme, untilIdle: true, paintFirst: true };
    const faults = await site.each(
      site.pages,
      options,
      async (tab, page, at) => {
        const answers = await site.received(at.visit);
        const weight = answers.reduce((sum, { weight }) => sum + weight, 0);
        const shifted = await tab.evaluate(() => window.shifted());
        const found = await violations(tab);
        pages[page] ??= { weight, requests: answers.length, shifted };
        pages[page][theme] = found.length;
        return [];
      },
    );
    if (faults.length) throw new Error(faults.join("\n"));
  }
  site.close();
  return pages;
}

export async function compare(ours, plain) {
  const [own, other] = [await figures(ours), await figures(plain)];
  const row = ({ weight, requests, light, navy, shifted }) =>
    `${(weight / 1000).toFixed(0)} | ${requests} | ${light} + ${navy} | ${shifted.toFixed(3)}`;
  const head = "KB | requests | axe, light + navy | shift";
  const lines = Object.keys(own).sort();
  console.log(`| page | ${head} | plain: ${head} |`);
  console.log(`|---|${"---|".repeat(8)}`);
  for (const page of lines) {
    console.log(`| ${page} | ${row(own[page])} | ${row(other[page])} |`);
  }
}
