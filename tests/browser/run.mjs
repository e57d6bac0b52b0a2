// node run.mjs --list            the names of the checks
// node run.mjs CHECK BOOK        does the rendered BOOK pass?
// node run.mjs CHECK BOOK broken does the check see what is broken on purpose?
// node run.mjs --compare BOOK PLAIN   a table of two renderings' pages
//
// PACKAGES is the folder with node_modules, CHROMIUM the browser.
import { axe } from "./checks/axe.mjs";
import { frame } from "./checks/frame.mjs";
import { listings } from "./checks/listings.mjs";
import { pages } from "./checks/pages.mjs";
import { paper } from "./checks/paper.mjs";
import { search } from "./checks/search.mjs";
import { tabs } from "./checks/tabs.mjs";
import { compare } from "./compare.mjs";
import { Site } from "./site.mjs";

const checks = {
  ...pages,
  ...axe,
  ...listings,
  ...tabs,
  ...frame,
  ...search,
  ...paper,
};

/** The faults of a book; `change` breaks something in it first. */
async function faults(check, book, change) {
  const site = await Site.open(book, change);
  try {
    const found = await check.run(site);
    if (change && !site.changed) throw new Error(`no ${change.from} to change`);
    return found;
  } finally {
    site.close();
  }
}

/** Ends with a sentence about how it was called. */
function refuse(why) {
  console.error(`${why}; cargo test -p browser-test calls it right`);
  process.exit(2);
}

const [name, book, broken] = process.argv.slice(2);
if (name !== "--list") {
  if (!process.env.PACKAGES)
    refuse("PACKAGES does not say where the packages are");
  if (!process.env.CHROMIUM) refuse("CHROMIUM names no browser");
  if (name !== "--compare" && !checks[name])
    refuse(`there is no check ${name}`);
  if (!book) refuse("no rendered book is named");
}
try {
  if (name === "--list") {
    for (const name of Object.keys(checks)) console.log(name);
  } else if (name === "--compare") {
    await compare(book, broken);
  } else if (broken) {
    const one = /\/results\.html$/;
    for (const { says, on = one, ...rest } of checks[name].broken) {
      const change = { on, ...rest };
      const found = await faults(checks[name], book, change);
      if (found.some((fault) => says.test(fault))) continue;
      console.log(`${change.file}, ${change.from}: not seen; the faults were:`);
      console.log(found.slice(0, 5).join("\n"));
      process.exitCode = 1;
    }
  } else {
    const found = await faults(checks[name], book);
    console.log(found.join("\n"));
    process.exitCode = found.length ? 1 : 0;
  }
} catch (error) {
  console.log(error.stack);
  process.exitCode = 1;
} finally {
  await Site.browser?.close();
}
