// The search: the right page comes first.

/**
 * What readers look for, and the page that answers it. A page of a chapter
 * that is not written yet is waited for until its chapter is there; whoever
 * writes it may name it otherwise, here as well.
 */
const asked = {
  GIL: "ch01-getting-started/gil.html",
  E0373: "ch01-getting-started/refusals.html",
  Amdahl: "ch01-getting-started/speed-up.html",
  subinterpreter: "ch01-getting-started/free-threading.html",
  semaphore: "ch02-multithreading/semaphores.html",
  Barrier: "ch05-synchronization/barriers.html",
};

async function first(page, words) {
  await page.locator("#mdbook-searchbar").fill(words);
  await page.locator("#mdbook-searchbar").press("End");
  const header = page.locator("#mdbook-searchresults-header");
  await header.filter({ hasText: `'${words}'` }).waitFor();
  const links = page.locator("#mdbook-searchresults a");
  if ((await links.count()) === 0) return "nothing";
  const href = await links.first().evaluate((link) => link.pathname);
  return href.slice(1);
}

export const search = {
  search_shows_what_it_found_in_any_tab: {
    run: (site) =>
      site.each(
        site.pages.filter((page) => page.endsWith("results.html")),
        {},
        async (page, path) => {
          // A word of the Python programs alone.
          await page.goto(`${site.base}${path}?highlight=get_context`);
          const marks = await page.locator("main mark:visible").count();
          await page.goto(`${site.base}introduction.html?highlight=cargo`);
          const prompted = await page.locator(".prompted mark").count();
          return [
            ...(marks ? [] : ["no mark is visible"]),
            ...(prompted ? [] : ["no mark in a command"]),
          ];
        },
      ),
    broken: [
      {
        file: /listings-.*js$/,
        from: "    showMarks();",
        to: "",
        says: /no mark is visible/,
      },
    ],
  },

  search_shows_the_right_page_first: {
    run: (site) =>
      site.each(["introduction.html"], {}, async (page) => {
        const found = [];
        const check = async (words, right) => {
          const shown = await first(page, words);
          if (shown !== right)
            found.push(`${words} finds ${shown}, not ${right}`);
        };
        await page.keyboard.press("s");
        for (const [words, right] of Object.entries(asked)) {
          const chapter = right.split("/")[0];
          const written = site.pages.some((other) => other.startsWith(chapter));
          if (written) await check(words, right);
        }
        // Every recipe is found by its own title.
        for (const recipe of site.recipes) {
          const title = /<h1[^>]*><a[^>]*>(.*?)<\/a><\/h1>/s.exec(
            site.read(recipe),
          )[1];
          await check(title.replace(/<[^>]*>/g, "").trim(), recipe);
        }
        return found;
      }),
    broken: [
      {
        file: /searchindex-.*js$/,
        from: /ch01-getting-started\/gil\.html/g,
        to: "ch01-getting-started/speed-up.html",
        on: /./,
        says: /GIL finds ch01-getting-started\/speed-up\.html/,
      },
    ],
  },
};
