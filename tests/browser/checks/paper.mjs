// The other ways to read a page: without scripts, on paper, all in one, and
// none at all.
import fs from "node:fs";
import { root } from "../site.mjs";

/** How light a colour is, from 0, black, to 1. */
const lightness = `(colour) => {
  const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}`;

export const paper = {
  pages_without_scripts_show_every_block: {
    run: (site) =>
      site.each(site.recipes, { javaScriptEnabled: false }, async (page) => {
        const found = [];
        const blocks = page.locator('main pre > code[class*=" listing="]');
        for (const block of await blocks.all()) {
          const classes = await block.getAttribute("class");
          const { heading, shown } = await block.evaluate((code) => ({
            heading: getComputedStyle(code, "::before").content,
            shown: code.checkVisibility() && code.clientHeight > 20,
          }));
          if (!shown) found.push(`${classes} is not shown`);
          const wanted = classes.includes("language-python")
            ? /^"Python"/
            : /rust.*from=rejected/.test(classes)
              ? /^"Rust: does not compile"/
              : classes.includes("language-rust")
                ? /^"Rust"/
                : /\.stderr/.test(classes)
                  ? /^"Standard error"/
                  : /\.py/.test(classes)
                    ? /^"Output of the Python program"/
                    : /^"Output"/;
          if (!wanted.test(heading)) {
            found.push(`${classes} has the heading ${heading}`);
          }
        }
        if (await page.locator("[role=tab]").count()) found.push("has tabs");
        return found;
      }),
    broken: [
      {
        file: /listings-.*css$/,
        from: 'content: "Python"',
        to: 'content: "Rust"',
        says: /language-python .* has the heading "Rust"/,
      },
      {
        file: /listings-.*css$/,
        from: "main > pre:has",
        to: "main > pre { display: none } main > pre:has",
        says: /is not shown/,
      },
    ],
  },

  pages_on_paper_show_every_block_in_dark_ink: {
    run: (site) =>
      site.each(site.recipes, { theme: "navy" }, async (page) => {
        await page.emulateMedia({ media: "print" });
        return page.evaluate((source) => {
          // biome-ignore lint/security/noGlobalEval: it is our own, from above
          const light = eval(source);
          const found = [];
          const seen = (element) => element?.checkVisibility();
          for (const panel of document.querySelectorAll(".listing-panel")) {
            const name = `${panel.closest(".listing").id}, ${panel.id}`;
            const code = panel.querySelector("pre > code");
            if (!seen(code)) found.push(`${name} is not shown`);
          }
          for (const code of document.querySelectorAll(
            'pre > code[class*=" listing="]',
          )) {
            const { className } = code;
            const word = /language-(\w+) .*listing=(\w+(\.\w+)?)/;
            const [, language, name, ending] = word.exec(className);
            const wanted = {
              rust: "Rust",
              python: "Python",
              text:
                {
                  ".py": "Output of the Python program",
                  ".stderr": "Standard error",
                }[ending] ?? "Output",
            }[language];
            let label = code.parentElement.previousElementSibling;
            if (label.matches(".listing-verdict"))
              label = label.previousElementSibling;
            if (label.textContent !== wanted || !seen(label)) {
              found.push(`${name} has the heading ${label.textContent}`);
            }
          }
          for (const part of document.querySelectorAll(
            ".listing-tabs, .buttons, .nav-wrapper, .left-buttons, .skip-link",
          )) {
            if (seen(part)) found.push(`<${part.className}> is printed`);
          }
          for (const part of document.querySelectorAll(
            "main p, main code, main code span, main a, main td",
          )) {
            if (!seen(part)) continue;
            const ink = light(getComputedStyle(part).color);
            if (ink > 0.45) {
              found.push(`${part.textContent.slice(0, 20)}: ink of ${ink}`);
            }
          }
          return found.slice(0, 9);
        }, lightness);
      }),
    broken: [
      {
        file: /listings-.*css$/,
        from: ".listing-panel[hidden] {\n    display: block;",
        to: ".x {",
        says: /is not shown/,
      },
      {
        file: /listings-.*css$/,
        from: "display: block !important",
        to: "",
        says: /count_in_child has the heading/,
      },
      {
        file: /colours-.*css$/,
        from: /(html:root:root \{\s*)color-scheme: light;/,
        to: "$1",
        says: /ink of/,
      },
      {
        file: /listings-.*css$/,
        from: "@media print {\n  .listing-tabs {\n    display: none",
        to: "@media print {\n  .x {\n    display: none",
        says: /<listing-tabs> is printed/,
      },
    ],
  },

  print_page_names_the_file_of_every_listing: {
    run: (site) =>
      site.each(["print.html"], {}, async (page, _path, { faults }) => {
        const files = await page.locator(".listing-file").allTextContents();
        const blocks = site.recipes.flatMap((recipe) =>
          site
            .read(recipe)
            .match(/class="language-(rust|python) [^"]*listing=/g),
        );
        const found = [...faults];
        if (files.length !== blocks.length) {
          found.push(`${files.length} files for ${blocks.length} programs`);
        }
        for (const text of files) {
          const [file] = text.split(/(?<=\.rs|\.py)/);
          if (!fs.existsSync(root + file)) found.push(`no file ${file}`);
        }
        return found;
      }),
    broken: [
      {
        file: /listings-.*js$/,
        from: "pages += 1",
        to: "pages += 9",
        on: /./,
        says: /no file /,
      },
    ],
  },

  page_that_does_not_exist_helps: {
    async run(site) {
      const found = [];
      const { tab, context } = await site.visit("ch09/lost/semaphores.html");
      const links = await tab
        .locator("main a[href], #mdbook-sidebar a[href]")
        .evaluateAll((all) => all.map((link) => link.href));
      if (links.length < 5) found.push(`it has ${links.length} links`);
      const lost = tab.url();
      for (const link of new Set(links)) {
        if (link.startsWith(`${lost}#`)) continue;
        const { status } = await fetch(link);
        if (status !== 200) found.push(`${link}: ${status}`);
      }
      const skip = await tab.locator(".skip-link").evaluate((a) => a.href);
      if (skip !== `${lost}#mdbook-content`) {
        found.push(`the skip link leads to ${skip}`);
      }
      // The addresses of others are not always text.
      const odd = await site.visit("%E9.html");
      found.push(...odd.faults.filter((fault) => fault.startsWith("a script")));
      await odd.context.close();
      const search = tab.locator("#search-instead a");
      const words = (await search.isVisible()) && (await search.textContent());
      if (words !== "semaphores") found.push(`it offers to search ${words}`);
      else {
        await search.click();
        await tab
          .locator("#mdbook-searchresults-header")
          .filter({ hasText: "semaphores" })
          .waitFor()
          .catch(() => found.push("the search does not open"));
      }
      await context.close();
      return found;
    },
    broken: [
      {
        file: /404\.html$/,
        from: 'href="introduction.html">introduction',
        to: 'href="no-introduction.html">introduction',
        says: /no-introduction\.html: 404/,
      },
      {
        file: /frame-.*js$/,
        from: 'link.setAttribute("href"',
        to: 'String("href"',

        says: /the skip link leads to/,
      },
      {
        file: /frame-.*js$/,
        from: "path = decodeURIComponent(path)",
        to: "path = decodeURIComponent(path); } finally {} try {",
        says: /a script: /,
      },
      {
        file: /frame-.*js$/,
        from: "search.hidden = false",
        to: "",
        says: /it offers to search false/,
      },
      {
        file: /frame-.*js$/,
        from: "{ search: words }",
        to: "{ find: words }",
        says: /the search does not open/,
      },
    ],
  },
};
