// The rendered book behind a web server of our own, and a browser to read it.
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

/** The repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

const types = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** `require` for the packages that `.ci/packages` has fetched. */
export const packages = createRequire(
  path.resolve(process.env.PACKAGES ?? root, "package.json"),
);

/** How many pages are looked at at once. */
const HANDS = 3;

/** How long a page may take to do what is asked of it, in milliseconds. */
const PATIENCE = 30_000;

/** Holds a page back from being left, and tells where it was to lead. */
export async function holdPage(page) {
  await page.evaluate(() => {
    window.navigation.addEventListener("navigate", (event) => {
      if (event.destination.sameDocument) return;
      event.preventDefault();
      window.turnedTo = event.destination.url;
    });
  });
  return { turnedTo: () => page.evaluate(() => window.turnedTo) };
}

/** What `work` finds; if it fails or takes too long, that is what it finds. */
async function inTime(work) {
  let timer;
  const late = new Promise((_, fail) => {
    const limit = PATIENCE * 3;
    timer = setTimeout(() => fail(new Error(`took over ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    return [error.message];
  } finally {
    clearTimeout(timer);
  }
}

export class Site {
  /**
   * Serves the folder `root`. `change`, if given, breaks a file on its way,
   * and the pages are those on which that is looked for:
   * `{ file: /regular expression/, from, to, on: /regular expression/ }`.
   */
  static async open(root, change) {
    Site.browser ??= await packages("playwright-core").chromium.launch({
      executablePath: process.env.CHROMIUM,
      // No name but ours is ever looked up, were a page to ask for one.
      args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    });
    const site = new Site();
    site.root = root;
    site.change = change;
    site.changed = false;
    site.visits = 0;
    site.sent = [];
    site.held = new Map();
    site.repositories = new Map();
    site.server = http.createServer((request, response) =>
      site.answer(request, response),
    );
    await new Promise((done) => site.server.listen(0, "127.0.0.1", done));
    site.base = `http://127.0.0.1:${site.server.address().port}/`;
    return site;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Every page of the book by its path; the print page and 404 are extra. */
  get pages() {
    const files = fs.readdirSync(this.root, { recursive: true });
    const extra = ["print.html", "404.html", "toc.html"];
    const pages = files
      .filter((file) => file.endsWith(".html") && !extra.includes(file))
      .sort();
    const { change } = this;
    return change ? pages.filter((page) => change.on.test(page)) : pages;
  }

  /** The pages with a listing. */
  get recipes() {
    return this.pages.filter((page) => this.read(page).includes(" listing="));
  }

  read(file) {
    return fs.readFileSync(path.join(this.root, file), "utf8");
  }

  answer(request, response) {
    const { pathname } = new URL(request.url, this.base);
    const visit = request.headers["x-visit"];
    // An address that is not even text is that of no file.
    const name = /%(?![0-7])/.test(pathname) ? "-" : decodeURI(pathname);
    let file = path.join(this.root, name);
    if (pathname.endsWith("/")) file += "index.html";
    let status = 200;
    if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
      file = path.join(this.root, "404.html");
      status = 404;
    }
    let body = fs.readFileSync(file);
    const repository = this.repositories.get(visit);
    if (repository && file.endsWith(".html")) {
      const meta = /(?<=name="book-repository" content=")[^"]*/;
      body = Buffer.from(body.toString().replace(meta, repository));
    }
    const { change } = this;
    if (change?.file.test(file)) {
      const text = body.toString();
      body = Buffer.from(text.replace(change.from, change.to));
      this.changed ||= body.toString() !== text;
    }
    const weight = zlib.gzipSync(body, { level: 9 }).length;
    this.sent.push({ visit, path: pathname, status, weight });
    const type = types[path.extname(file)] ?? "application/octet-stream";
    const send = () =>
      response.writeHead(status, { "content-type": type }).end(body);
    const held = this.held.get(visit);
    if (held && pathname.includes("highlight") && type.includes("script")) {
      held.then(send);
    } else send();
  }

  /**
   * Opens a page in a browser that has never been here.
   *
   * `options` are Playwright's for a context, and: `theme`; `storage`, what
   * local storage holds; `repository`, the address that book.toml is to have;
   * `untilIdle`, to wait until the network rests;
   * `paintFirst`, to hold back mdBook's large scripts until the page has been
   * painted without them. `faults` of the answer gathers what the console and
   * the network say.
   */
  async visit(page, options = {}) {
    const { theme, storage, repository, untilIdle, paintFirst, ...rest } =
      options;
    this.visits += 1;
    const visit = String(this.visits);
    this.repositories.set(visit, repository);
    const context = await Site.browser.newContext({
      viewport: { width: 1280, height: 900 },
      extraHTTPHeaders: { "x-visit": visit },
      ...rest,
    });
    const faults = [];
    const kept = { ...(theme && { "mdbook-theme": theme }), ...storage };
    await context.addInitScript((all) => {
      if (sessionStorage.getItem("visited")) return;
      sessionStorage.setItem("visited", "yes");
      for (const [key, value] of Object.entries(all)) {
        localStorage.setItem(key, value);
      }
    }, kept);
    const tab = await context.newPage();
    // What is broken on purpose may be waited for in vain.
    tab.setDefaultTimeout(this.change ? PATIENCE / 4 : PATIENCE);
    tab.setDefaultNavigationTimeout(PATIENCE);
    tab.on("console", (said) => {
      if (["error", "warning"].includes(said.type())) {
        faults.push(`the console: ${said.text()}`);
      }
    });
    tab.on("pageerror", (error) => faults.push(`a script: ${error.message}`));
    tab.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(this.base) && !url.startsWith("data:")) {
        faults.push(`asks another host: ${url}`);
      }
    });
    if (paintFirst) {
      let painted;
      this.held.set(visit, new Promise((done) => (painted = done)));
      await tab.exposeFunction("painted", painted);
      await tab.addInitScript(() => {
        const frame = () => new Promise(requestAnimationFrame);
        let sum = 0;
        const add = (shifts) => {
          for (const { value } of shifts) sum += value;
        };
        const observer = new PerformanceObserver((list) =>
          add(list.getEntries()),
        );
        observer.observe({ type: "layout-shift", buffered: true });
        window.shifted = async () => {
          await frame();
          await frame();
          add(observer.takeRecords());
          return sum;
        };
        // A slow parser has the top of a page painted before the rest is
        // there: all of it is once the parser stands at a script held back.
        const whole = () =>
          document.readyState !== "loading" ||
          document.querySelector("script[src*=highlight]");
        new PerformanceObserver(async (list) => {
          const names = list.getEntries().map(({ name }) => name);
          if (!names.includes("first-contentful-paint")) return;
          while (!whole()) await frame();
          await frame();
          await frame();
          window.painted();
        }).observe({ type: "paint", buffered: true });
      });
    }
    const waitUntil = untilIdle ? "networkidle" : "load";
    const go = (to) => tab.goto(this.base + to, { waitUntil });
    await go(page);
    return { tab, faults, visit, context, go };
  }

  /**
   * What was sent for a visit, the icon too: the browser asks for it when it
   * likes, and no count of what the network does has it in it.
   */
  async received(visit) {
    const sent = () => this.sent.filter((answer) => answer.visit === visit);
    const icon = ({ path }) => path.includes("favicon");
    const late = Date.now() + PATIENCE;
    while (!sent().some(icon)) {
      if (Date.now() > late) throw new Error("the icon was not asked for");
      await new Promise((done) => setTimeout(done, 20));
    }
    return sent();
  }

  /**
   * Visits pages, some at once, and gathers what `look` finds wrong on them,
   * each finding with the page's name.
   */
  async each(pages, options, look) {
    const faults = [];
    const left = [...pages];
    const hand = async () => {
      let visit;
      for (let page = left.shift(); page; page = left.shift()) {
        if (visit) {
          visit.faults.length = 0;
          await visit.go(page);
        } else visit = await this.visit(page, options);
        const found = await inTime(look(visit.tab, page, visit));
        faults.push(...found.map((fault) => `${page}: ${fault}`));
        // The next page meets a browser that remembers nothing, and has
        // nothing stored if that is what is measured.
        if (options.paintFirst || found.length) {
          await visit.context.close();
          visit = undefined;
        } else {
          await visit.tab.evaluate(() => {
            localStorage.clear();
            sessionStorage.clear();
          });
        }
      }
      await visit?.context.close();
    };
    await Promise.all(Array.from({ length: HANDS }, hand));
    return faults.sort();
  }
}
