// mdBook's frame around a page, as our scripts mend it: by keyboard, without
// motion, and with names on the ways out.
import { holdPage } from "../site.mjs";

/** Does the focused element show that it has the focus? */
const focused = () => {
  const at = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const front = document.elementFromPoint(x, y);
  const inside = at.contains(front) || front?.contains(at);
  // mdBook's own input in front of the sidebar has no place on the page.
  const ring = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
  const name = at.id || at.textContent.trim().slice(0, 40);
  return { name, seen: inside && ring, out: at === document.body };
};

/** A window in which mdBook has its arrows at the sides. */
const wide = { viewport: { width: 1600, height: 900 } };

const script = (change, says) => ({ file: /frame-.*js$/, ...change, says });
const style = (change, says) => ({ file: /page-.*css$/, ...change, says });

export const frame = {
  keyboard_gets_everywhere_and_is_seen: {
    run: (site) =>
      site.each(site.recipes.slice(0, 2), {}, async (page) => {
        const found = [];
        await page.keyboard.press("Tab");
        const first = await page.evaluate(focused);
        if (!first.name.startsWith("Skip")) {
          found.push(`Tab leads to ${first.name} before the skip link`);
        }
        for (let stops = 0; stops < 60; stops += 1) {
          const at = await page.evaluate(focused);
          if (at.out) break;
          if (!at.seen) found.push(`the focus on ${at.name} is not seen`);
          await page.keyboard.press("Tab");
        }
        // Backwards, the bar at the top may lie over what has the focus.
        await page.locator(".nav-wrapper a").last().focus();
        for (let stops = 0; stops < 30; stops += 1) {
          await page.keyboard.press("Shift+Tab");
          const at = await page.evaluate(focused);
          if (!at.seen) found.push(`backwards, ${at.name} is not seen`);
        }
        await page.locator(".skip-link").focus();
        await page.keyboard.press("Enter");
        await page.keyboard.press("Tab");
        const inside = await page.evaluate(
          () => document.activeElement.closest("main") !== null,
        );
        if (!inside) found.push("the skip link does not lead to the text");
        const button = page.locator("#sidebar-button");
        for (const expanded of ["false", "true"]) {
          await button.focus();
          await page.keyboard.press("Enter");
          const says = await button.getAttribute("aria-expanded");
          if (says !== expanded) found.push(`the button says ${says}`);
          const hidden = expanded === "false";
          await page
            .locator("#mdbook-sidebar")
            .waitFor({ state: hidden ? "hidden" : "visible" })
            .catch(() => found.push("the button does not move the sidebar"));
        }
        return found;
      }),
    broken: [
      script(
        { from: "document.body.prepend(skip)", to: "" },
        /before the skip/,
      ),
      script({ from: "box.addEventListener", to: "String" }, /the button says/),
      script({ from: "label.click()", to: "{}" }, /does not move the sidebar/),
      style({ from: "outline: 3px solid", to: "outline: 0 solid" }, /not seen/),
      style({ from: "top: 0;", to: "" }, /the focus on Skip.* is not seen/),
      style({ from: "scroll-padding-top", to: "x" }, /backwards, .* not seen/),
      {
        file: /results\.html$/,
        from: 'href="#mdbook-content"',
        to: 'href="#nowhere"',
        says: /does not lead to the text/,
      },
    ],
  },

  arrow_keys_turn_pages_and_fight_nothing: {
    run: (site) =>
      site.each(
        // One of these has a table with links that scrolls.
        site.recipes.filter((page) => /free-threading|results/.test(page)),
        { viewport: { width: 360, height: 740 } },
        async (page, path) => {
          const found = [];
          const hold = await holdPage(page);
          const turned = async (where) => {
            const to = await hold.turnedTo();
            if (to) found.push(`an arrow key turned the page ${where}`);
            return to;
          };
          const code = page.locator("main pre > code[tabindex='0']:visible");
          await code.first().focus();
          await page.keyboard.press("ArrowRight");
          await page
            .waitForFunction(() => document.activeElement.scrollLeft > 0)
            .catch(() => found.push("ArrowRight does not scroll the code"));
          if (await turned("in wide code")) return found;
          await page.keyboard.press("s");
          const field = page.locator("#mdbook-searchbar");
          await field.pressSequentially("fork");
          await page.keyboard.press("ArrowLeft");
          await page.keyboard.type("x");
          if (await turned("in the search field")) return found;
          const typed = await field.inputValue();
          if (typed !== "forxk") found.push(`the field holds ${typed}`);
          await page.keyboard.press("Escape");
          await page.locator("#mdbook-theme-toggle").click();
          await page.keyboard.press("ArrowRight");
          if (await turned("in the menu of themes")) return found;
          await page.keyboard.press("Escape");
          await page.locator("main").click({ position: { x: 1, y: 1 } });
          await page.keyboard.press("?");
          await page.keyboard.press("ArrowRight");
          if (await turned("under the help")) return found;
          const dialog = await page.evaluate(() =>
            document.activeElement.getAttribute("role"),
          );
          if (dialog !== "dialog") found.push(`the help is a ${dialog}`);
          await page.keyboard.press("Escape");
          const table = page.locator("main .table-wrapper[tabindex='0'] a");
          if (await table.count()) {
            await table.first().focus();
            await page.keyboard.press("ArrowRight");
            if (await turned("in a wide table")) return found;
            await page.evaluate(() => document.activeElement.blur());
          }
          const next = await page.getAttribute("head link[rel=next]", "href");
          await page.keyboard.press("ArrowRight");
          const to = await hold.turnedTo();
          if (to !== new URL(next, site.base + path).href) {
            found.push(`ArrowRight turns the page to ${to}`);
          }
          return found;
        },
      ),
    broken: [
      script(
        { from: "(scroller && scrolls(scroller))", to: "false" },
        /in wide code/,
      ),
      script({ from: 'closest("[role=menu]")', to: "x" }, /menu of themes/),
      script({ from: "= helping() ||", to: "=" }, /under the help/),
      script({ from: "help.focus()", to: "" }, /the help is a/),
      script(
        {
          from: "event.target.closest(scrollers)",
          to: 'event.target.closest("code")',
          on: /free-threading/,
        },
        /in a wide table/,
      ),
      script({ from: "sizes.observe", to: "String" }, /waiting for locator/),
    ],
  },

  nothing_moves_for_those_who_ask: {
    run: (site) =>
      site.each(
        site.recipes.slice(0, 1),
        { reducedMotion: "reduce" },
        async (page) => {
          const found = await page.evaluate(() =>
            [...document.querySelectorAll("*")]
              .filter((element) => {
                const style = getComputedStyle(element);
                const long = (times) =>
                  times
                    .split(",")
                    .some((time) => Number.parseFloat(time) > 0.001);
                return (
                  long(style.transitionDuration) ||
                  long(style.animationDuration)
                );
              })
              .map((element) => `<${element.localName}> moves`),
          );
          await page.evaluate(() => scrollTo(0, 1000));
          await page.evaluate(() => scrollTo(0, 900));
          const at = await page.evaluate(() => {
            document.querySelector(".menu-title").click();
            return scrollY;
          });
          if (at !== 0) found.push("the way to the top is animated");
          return found;
        },
      ),
    broken: [
      style({ from: "0.01ms", to: "300ms" }, /moves/),
      script({ from: "scrollTo(0, 0)", to: "" }, /to the top is animated/),
    ],
  },

  every_page_leads_on: {
    run: (site) =>
      site.each(site.pages, wide, async (page, path) => {
        const found = [];
        const links = await page.evaluate(() =>
          ["prev", "next"].map((way) => {
            const link = document.querySelector(`.nav-wrapper [rel~=${way}]`);
            const told = document.querySelector(`head link[rel=${way}]`);
            return {
              href: link?.href,
              told: told?.href,
              title: told?.title,
              text: link?.textContent.trim(),
              seen: link?.checkVisibility(),
            };
          }),
        );
        const contents = site.read("toc.html");
        for (const { href, told, title, text, seen } of links) {
          const target = told?.replace(site.base, "");
          if (target && !contents.includes(`"${target}"`)) {
            found.push(`${target} is not in the table of contents`);
          }
          if (title && !contents.includes(`${title}</a>`)) {
            found.push(`no page has the title ${title}`);
          }
          if (href !== told) found.push(`a link leads to ${href}, not ${told}`);
          if (href && (text !== title || !seen)) {
            found.push(`the link to ${title} says ${text}`);
          }
        }
        const ends = links.filter(({ href }) => href).length;
        if (ends === 0) found.push("leads nowhere");
        const headings = await page.locator("main h2").allTextContents();
        const listed = await page
          .locator("#mdbook-sidebar .on-this-page a[href^='#']")
          .allTextContents();
        for (const heading of headings) {
          if (!listed.includes(heading)) {
            found.push(`its table of contents lacks ${heading}`);
          }
        }
        // A chapter's first page leads to each recipe, from problem and tool,
        // and no cell of its table is empty.
        if (/^ch.*index\.html$/.test(path)) {
          const folder = path.replace("index.html", "");
          const recipes = site.pages.filter(
            (other) => other.startsWith(folder) && other !== path,
          );
          const rows = await page
            .locator("main table tr:has(a)")
            .evaluateAll((rows) =>
              rows.map((row) => ({
                whole: [...row.cells].every((cell) => cell.innerText),
                cells: row.cells.length,
                href: row.querySelector("a").pathname.slice(1),
              })),
            );
          for (const recipe of recipes) {
            const row = rows.find(({ href }) => href === recipe);
            if (!row?.whole || row.cells < 3) {
              found.push(`its table lacks ${recipe}`);
            }
          }
        }
        return found;
      }),
    broken: [
      script({ from: "name.textContent = title", to: "" }, /says $/),
      {
        file: /results\.html$/,
        from: /(rel="next".*title=")/,
        to: "$1No such ",
        says: /no page has the title No such/,
      },
      style({ from: ".nav-wrapper {\n  display: block;", to: ".x {" }, /says/),
      {
        file: /ch01-getting-started\/index\.html$/,
        from: '<a href="gil.html">Seeing the GIL</a>',
        to: "",
        on: /ch01.*\.html$/,
        says: /its table lacks ch01-getting-started\/gil\.html/,
      },
      {
        file: /toc-.*js$/,
        from: "onThisPage.append(stack[0].ol)",
        to: "",
        says: /its table of contents lacks How it works/,
      },
    ],
  },
};
