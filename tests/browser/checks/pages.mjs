// What holds for every page: it is quiet, light, steady, and as wide as its
// window.

/** Bytes of a page and all that it loads, compressed. */
const HEAVY = 100 * 1000;

/** How far things may move while a page loads (cumulative layout shift). */
const SHIFT = 0.02;

export const pages = {
  pages_are_quiet_light_and_steady: {
    run: (site) =>
      site.each(
        site.pages,
        { untilIdle: true, paintFirst: true },
        async (tab, _page, { visit, faults }) => {
          const found = [...faults];
          const answers = await site.received(visit);
          for (const { path, status } of answers) {
            if (status !== 200) found.push(`${path} is not there`);
          }
          const weight = answers.reduce((sum, { weight }) => sum + weight, 0);
          if (weight > HEAVY) found.push(`weighs ${weight} bytes`);
          const shifted = await tab.evaluate(() => window.shifted());
          if (!(shifted < SHIFT)) found.push(`shifts by ${shifted}`);
          return found;
        },
      ),
    broken: [
      {
        file: /results\.html$/,
        from: "</main>",
        to: '<img alt="" src="https://example.org/picture.png"></main>',
        says: /results\.html: asks another host/,
      },
      {
        file: /results\.html$/,
        from: "</main>",
        to: "<script>no.such()</script></main>",
        says: /results\.html: a script: no is not defined/,
      },
      {
        file: /results\.html$/,
        from: "</main>",
        to: '<img alt="" src="picture.png"></main>',
        says: /picture\.png is not there/,
      },
      {
        file: /favicon/,
        from: "</svg>",
        to: () => `<!--${Array.from({ length: 3e4 }, Math.random)}--></svg>`,
        says: /weighs \d+ bytes/,
      },
      {
        file: /frame-.*js$/,
        from: "document.body.prepend(skip)",
        to: "skip.style = 'display: block; height: 20rem; position: static'",
        says: /shifts by/,
      },
    ],
  },

  pages_fit_a_narrow_window: {
    run: (site) =>
      site.each(
        [...site.pages, "404.html"],
        { viewport: { width: 360, height: 740 } },
        (tab) =>
          tab.evaluate(() => {
            const found = [];
            const page = document.scrollingElement;
            if (page.scrollWidth > innerWidth) {
              found.push(`is ${page.scrollWidth} px wide in 360`);
            }
            // mdBook clips what hangs over; it is out of reach all the same.
            for (const element of document.querySelectorAll("main *")) {
              const scrolls = element.closest(".table-wrapper, pre > code");
              const { right } = element.getBoundingClientRect();
              if (!scrolls && right > innerWidth + 1) {
                found.push(`<${element.localName}> ends at ${right} px of 360`);
              }
            }
            return found;
          }),
      ),
    broken: [
      {
        file: /results\.html$/,
        from: "</main>",
        to: '<p><span style="display: inline-block; width: 50rem">x</span></p></main>',
        says: /results\.html: <span> ends at/,
      },
    ],
  },

  pictures_are_legible_and_follow_the_theme: {
    run: (site) =>
      site.each(
        site.pages.filter((page) => site.read(page).includes("<svg viewbox")),
        { viewport: { width: 360, height: 740 }, theme: "light" },
        (tab) =>
          tab.evaluate(() => {
            const found = [];
            const colour = (of) => getComputedStyle(of).color;
            for (const picture of document.querySelectorAll(".picture > svg")) {
              const id = picture.getAttribute("aria-labelledby");
              for (const text of picture.querySelectorAll("text")) {
                const { height } = text.getBoundingClientRect();
                if (height < 11) {
                  found.push(`${id}: a text is ${height} px high`);
                }
              }
              for (const name of ["light", "rust", "coal", "navy", "ayu"]) {
                document.getElementById(`mdbook-theme-${name}`).click();
                if (colour(picture) !== colour(document.documentElement)) {
                  found.push(`${id}: has a colour of its own in ${name}`);
                }
              }
              for (const part of picture.querySelectorAll("[fill], [stroke]")) {
                for (const paint of ["fill", "stroke"]) {
                  const set = part.getAttribute(paint) ?? "none";
                  if (!/^(none|currentColor|var\(.*\))$/i.test(set)) {
                    found.push(`${id}: ${paint}="${set}" follows no theme`);
                  }
                }
              }
            }
            return found;
          }),
      ),
    broken: [
      {
        file: /results\.html$/,
        from: /font-size="13"/g,
        to: 'font-size="7"',
        says: /a text is/,
      },
      {
        file: /results\.html$/,
        from: 'stroke="currentColor"',
        to: 'stroke="black"',
        says: /stroke="black" follows no theme/,
      },
      {
        file: /page-.*css$/,
        from: ".picture svg {",
        to: ".picture svg { color: black;",
        says: /has a colour of its own in navy/,
      },
    ],
  },
};
