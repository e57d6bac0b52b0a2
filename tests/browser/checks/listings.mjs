// What stands around a listing, held to the files of the repository.
import fs from "node:fs";
import path from "node:path";
import { root } from "../site.mjs";

const repository = "https://example.org/the/book";

/** The words for a broken program, by its directives; theme/listings.js has its own. */
const words = {
  error: (codes) => `does not compile: ${codes}`,
  deadlock: () => "deadlocks",
  hangs: () => "hangs",
  loses: (value) => `loses ${/\((.*)\)/.exec(value)?.[1] ?? "updates"}`,
  leaks: (what) => `leaks: ${what}`,
  races: () => "has a data race",
  inversion: () => "could deadlock: lock-order inversion",
};

/** The values of a directive in a program, joined; undefined without it. */
function directive(text, word) {
  const lines = new RegExp(`^(?://|#)@ ${word}(?:: (.*))?$`, "gm");
  const values = [...text.matchAll(lines)].map((line) => line[1] ?? "");
  return values.length ? values.join(", ") : undefined;
}

/** What a program is to be called. */
function failure(text) {
  for (const [word, name] of Object.entries(words)) {
    const value = directive(text, word);
    if (value !== undefined) return name(value);
  }
  if (directive(text, "repair") === undefined) return undefined;
  const exit = directive(text, "exit");
  if (exit) return `fails: exit status ${exit}`;
  return `is ended by ${directive(text, "signal")}`;
}

/** Crates that the playground has; a program with any other cannot run there. */
const playground = /^(std|crossbeam|libc|rayon|serde|serde_json|tokio)$/;

/** The crates that the listings depend on, as a program spells them. */
const dependencies = fs
  .readdirSync(path.join(root, "listings"))
  .filter((name) => name.startsWith("ch"))
  .flatMap((chapter) => {
    const manifest = path.join(root, "listings", chapter, "Cargo.toml");
    const text = fs.readFileSync(manifest, "utf8");
    const lines = [...text.matchAll(/^([\w-]+)\.workspace/gm)];
    return [chapter, ...lines.map(([, name]) => name)];
  })
  .map((name) => name.replaceAll("-", "_"));

/** Does a program name one of these crates? */
const names = (text, crates) =>
  crates.some((crate) => text.includes(`${crate}::`));

/** The programs of a page, as a reader finds them. */
const gather = () =>
  [...document.querySelectorAll(".listing-file")].map((file) => {
    const listing = file.closest(".listing");
    const code = file.previousElementSibling;
    const above = code.previousElementSibling;
    const verdict = above.matches(".listing-verdict") ? above : null;
    const repair = verdict?.querySelector("a")?.getAttribute("href");
    const command = file.nextElementSibling;
    return {
      name: listing.id.replace("listing-", ""),
      text: code.textContent,
      file: file.firstChild.textContent,
      link: file.querySelector("a:not(.listing-run)")?.href,
      command: command?.matches(".listing-command")
        ? command.textContent
        : undefined,
      run: file.querySelector(".listing-run")?.href,
      verdict: verdict?.querySelector("strong").textContent,
      looksBroken: listing.classList.contains("broken"),
      repair,
      repaired: !repair || document.querySelector(repair) !== null,
    };
  });

/** The command that runs a file; none for a part of a library. */
function command(file, name, text) {
  const [, chapter, folder] = /^listings\/([^/]+)\/(.*)\/[^/]+$/.exec(file);
  if (/(^|\/)src(\/(?!bin$)|$)/.test(folder)) return undefined;
  const alone = folder === "rejected" && !names(text, dependencies);
  const apart = /^(.+)\/src\/bin$/.exec(folder);
  if (folder === "src/bin" || apart || alone) {
    if (file.endsWith(".py")) return `python3 ${file}`;
    if (alone) return `rustc --edition 2024 ${file}`;
    const release = directive(text, "profile") ? " --release" : "";
    const args = directive(text, "args");
    const given = args ? ` -- ${args}` : "";
    const own = apart
      ? `--manifest-path listings/${chapter}/${apart[1]}/Cargo.toml`
      : `-p ${chapter}`;
    return `cargo run${release} ${own} --bin ${name}${given}`;
  }
  const python = file.endsWith(".py") && folder === "rejected";
  return python ? `python3 ${file}` : `cargo test --test listings ${name}`;
}

/** Where the playground runs a file, if it can. */
function playgroundLink(file, text) {
  const foreign = dependencies.filter((crate) => !playground.test(crate));
  const unfit = ["deadlock", "hangs", "leaks", "signal", "args"];
  const can =
    /\/src\/bin\/.*rs$/.test(file) &&
    !names(text, foreign) &&
    unfit.every((word) => directive(text, word) === undefined);
  const mode = directive(text, "profile") ?? "debug";
  const start = `https://play.rust-lang.org/?version=stable&mode=${mode}`;
  const code = new URLSearchParams({ edition: "2024", code: text });
  return can ? `${start}&${code}` : undefined;
}

/** What is wrong with what stands around a program. */
function faults(shown, rust) {
  const { file, name } = shown;
  const whole = path.join(root, file);
  if (!fs.existsSync(whole)) return [`${file} does not exist`];
  const found = [];
  const expect = (what, is, wanted) => {
    if (is !== wanted) found.push(`${file}: ${what} is ${is}, not ${wanted}`);
  };
  // Whole, or, of a library, in parts.
  const lines = fs.readFileSync(whole, "utf8").trimEnd().split("\n");
  const own = lines.filter((line) => !line.includes("ANCHOR"));
  const text = own.join("\n");
  const library = /\/src\/(?!bin\/)/.test(file);
  const same = library
    ? shown.text.split("\n").every((line) => own.includes(line))
    : shown.text.trimEnd() === text;
  if (!same) found.push(`${file} is not shown as it is`);
  expect("the link", shown.link, `${repository}/blob/HEAD/${file}`);
  expect("the command", shown.command, command(file, name, text));
  expect("the playground", shown.run, playgroundLink(file, shown.text));

  let word = failure(text);
  const repair = directive(text, "repair") ?? rust?.repair;
  if (!word && rust?.word && file.endsWith(".py")) {
    const differs = directive(text, "differs") !== undefined;
    if (!differs) word = rust.word;
    else if (rust.refused) word = "Python accepts it";
  }
  expect("the verdict", shown.verdict, word);
  // A twin that alone goes wrong is shown beside what does not.
  expect("the repair", shown.repair, word && repair && `#listing-${repair}`);
  if (word && !shown.looksBroken) found.push(`${file} does not look broken`);
  if (!shown.repaired) found.push(`${shown.repair} is not on this page`);
  return found;
}

export const listings = {
  listings_name_their_file_command_failure_and_repair: {
    run: (site) =>
      site.each(site.recipes, { repository }, async (tab, page) => {
        const shown = await tab.evaluate(gather);
        const found = [];
        const blocks = site.read(page).match(/ listing=\w+/g);
        for (const name of new Set(blocks.map((word) => word.slice(9)))) {
          if (!shown.some((listing) => listing.name === name)) {
            found.push(`${name} is in no frame`);
          }
        }
        for (const program of shown) {
          const { name, text } = shown.find(
            (other) => other.name === program.name && other.file.endsWith("rs"),
          ) ?? { text: "" };
          const rust = name && {
            word: failure(text),
            refused: directive(text, "error") !== undefined,
            repair: directive(text, "repair"),
          };
          found.push(...faults(program, rust));
        }
        return found;
      }),
    broken: [
      {
        file: /listings-.*js$/,
        from: "/blob/HEAD/",
        to: "/tree/",
        says: /collect_from_child\.rs: the link is .*tree/,
      },
      {
        file: /listings-.*js$/,
        from: /--bin (?=\$)/,
        to: "--bin x",
        says: /the command is cargo run -p ch01-getting-started --bin xcoll/,
      },
      {
        file: /listings-.*js$/,
        from: '?? "updates"',
        to: '?? "nothing"',
        says: /count_in_child\.rs: the verdict is loses nothing/,
      },
      {
        file: /listings-.*js$/,
        from: "? `rustc --edition",
        to: "? `rustc --edition 2021",
        on: /refusals/,
        says: /the command is rustc --edition 2021/,
      },
      {
        file: /listings-.*js$/,
        from: "`fails: exit status",
        to: "`ends: exit status",
        says: /send_from_child\.rs: the verdict is ends: exit status 1/,
      },
      {
        file: /listings-.*js$/,
        from: "if (!differs) word",
        to: "if (differs) word",
        says: /count_in_child\.py: the verdict is undefined, not loses/,
      },
      {
        file: /listings-.*js$/,
        from: 'classList.add("broken")',
        to: 'classList.add("whole")',
        says: /count_in_child\.rs does not look broken/,
      },
      {
        file: /results\.html$/,
        from: "A child process counts into a",
        to: "It counts into a",
        says: /count_in_child\.rs is not shown as it is/,
      },
      {
        file: /results\.html$/,
        from: "//@ repair: collect_from_child",
        to: "//@ repair: no_such_listing",
        says: /#listing-no_such_listing is not on this page/,
      },
      {
        file: /listings-.*js$/,
        from: "if (!runs) return null;",
        to: "",
        on: /refusals/,
        says: /the playground is .*, not undefined/,
      },
      {
        file: /listings-.*js$/,
        from: '"code", block.text',
        to: '"code", block.text.slice(9)',
        on: /refusals/,
        says: /the playground is https/,
      },
    ],
  },

  copy_buttons_copy_no_prompt: {
    async run(site) {
      const blocks = {
        [site.recipes[0]]: ".listing-command",
        "introduction.html": "pre:has(.prompts)",
      };
      const options = { permissions: ["clipboard-read", "clipboard-write"] };
      const found = [];
      // One by one: they share a clipboard.
      for (const [path, block] of Object.entries(blocks)) {
        const { tab, context } = await site.visit(path, options);
        await tab.locator(`${block} .clip-button`).first().click();
        await tab.locator(".tooltipped").first().waitFor();
        const copied = await tab.evaluate(() => navigator.clipboard.readText());
        const code = tab.locator(`${block} > code`).first();
        const shown = await code.textContent();
        const prompt = await code.evaluate((code) => {
          const prompted = code.querySelector(".prompted") ?? code;
          return getComputedStyle(prompted, "::before").content;
        });
        if (prompt !== '"$ "') found.push(`the prompt is ${prompt}`);
        const heard = await tab.locator("body > [role=status]").textContent();
        if (heard !== "Copied!") found.push(`is told "${heard}"`);
        if (copied.trim() !== shown.trim()) {
          found.push(`${shown} is copied: ${copied}`);
        }
        if (/^\$ /m.test(copied)) found.push(`a prompt is copied: ${copied}`);
        await context.close();
      }
      return found;
    },
    broken: [
      {
        file: /listings-.*js$/,
        from: '{ class: "nohighlight" }, line',
        to: '{ class: "nohighlight" }, "$ " + line',
        says: /a prompt is copied/,
      },
      {
        file: /listings-.*css$/,
        from: 'content: "$ "',
        to: 'content: "% "',
        says: /the prompt is "% "/,
      },
      {
        file: /frame-.*js$/,
        from: "copied.textContent = button.textContent",
        to: "",
        says: /is told ""/,
      },
    ],
  },

  copy_buttons_are_seen: {
    run: (site) =>
      site.each(site.recipes.slice(0, 1), { theme: "light" }, (tab) =>
        tab.evaluate(() => {
          const found = [];
          const button = document.querySelector(".listing-panel .clip-button");
          const canvas = document.createElement("canvas").getContext("2d");
          /** The relative luminance of a colour, as WCAG defines it. */
          const luminance = (colour) => {
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(
              (part) => {
                const light = part / 255;
                return light <= 0.04045
                  ? light / 12.92
                  : ((light + 0.055) / 1.055) ** 2.4;
              },
            );
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          for (const theme of ["light", "rust", "coal", "navy", "ayu"]) {
            document.getElementById(`mdbook-theme-${theme}`).click();
            button.style.transition = "none";
            const sign = getComputedStyle(button, "::before");
            const ground = luminance(getComputedStyle(button).backgroundColor);
            const ink = luminance(sign.backgroundColor);
            const [dark, light] = [ink, ground].sort((a, b) => a - b);
            const contrast = (light + 0.05) / (dark + 0.05);
            if (contrast < 3 || sign.filter !== "none") {
              found.push(`${theme}: a contrast of ${contrast}`);
            }
          }
          return found;
        }),
      ),
    broken: [
      {
        file: /page-.*css$/,
        from: "background: currentcolor",
        to: "background: #80808040",
        on: /concurrency/,
        says: /coal|ayu|navy|light|rust/,
      },
    ],
  },
};
