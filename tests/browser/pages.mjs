// Opens every page of a built site in Chromium, as readers do.
//
//   node tests/browser/pages.mjs OUTPUT FOLDER_OF_NODE_MODULES [CHROMIUM]
//
// At three widths, light and dark: nothing scrolls sideways, nothing is asked of another host, the
// console and the Content-Security-Policy have nothing to say, and axe finds no violation. Without
// JavaScript a page still reads, the reading mode can be switched, and paper gets a page of its own.
//
// No server: requests are answered from the folder, so the site is seen at its own address.
import { createRequire } from "node:module";
import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";

const [root, modules, executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const { chromium } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

const base = JSON.parse(await readFile(join(root, "api/build.json"), "utf8")).base_url;
const widths = [360, 768, 1440];
const types = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
  ".xml": "application/xml", ".svg": "image/svg+xml", ".webp": "image/webp", ".png": "image/png",
  ".jpg": "image/jpeg", ".mp3": "audio/mpeg", ".mp4": "video/mp4", ".webmanifest": "application/manifest+json",
};

const findings = [];
const find = (where, what) => findings.push(`${where}: ${what}`);

const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith(".html")).sort();
const texts = new Map();
for (const name of names) texts.set(name, await readFile(join(root, name), "utf8"));
const redirects = names.filter((name) => /http-equiv="refresh"/i.test(texts.get(name)));
const all = names.filter((name) => !redirects.includes(name));
const address = (name) => base + name.replace(/(^|\/)index\.html$/, "$1");

/** What a page's <main> is made of tells kinds of pages apart. */
const shape = (name) => {
  const main = texts.get(name).match(/<main[\s\S]*<\/main>/)?.[0] ?? "";
  return [...new Set([...main.matchAll(/class="([^"]+)"/g)].map((match) => match[1]))].sort().join(" ");
};
/** The first of each value of `key`. */
const firsts = (names, key) => [...new Map([...names].reverse().map((name) => [key(name), name])).values()].sort();
/** One page of each make. */
const made = firsts(all, shape);
/** One of each folder: a page's address without its last part. */
const folders = firsts(all, (name) => name.split("/").slice(0, -2).join("/"));
const pages = [...new Set([...made, ...folders])].sort();
/** Of these each is looked at in every size and light. */
const each = folders;

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/** A reader's browser in which every request is answered from the folder. */
async function reader(options) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  let where = "";
  await context.route("**/*", async (route) => {
    const url = new URL(route.request().url());
    if (!url.href.startsWith(base)) {
      find(where, `asks another host: ${url.href}`);
      return route.abort();
    }
    const path = decodeURIComponent(url.href.split(/[?#]/)[0].slice(base.length));
    const name = path === "" || path.endsWith("/") ? `${path}index.html` : path;
    try {
      await route.fulfill({ body: await readFile(join(root, name)), contentType: types[extname(name)] });
    } catch {
      find(where, `asks for ${name}, which is not there`);
      await route.fulfill({ status: 404, body: "" });
    }
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) find(where, `console: ${message.text()}`);
  });
  page.on("pageerror", (error) => find(where, `script: ${error.message}`));
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  const open = async (name) => {
    where = `${name} (${options.colorScheme ?? "light"})`;
    await page.goto(address(name), { waitUntil: "load" });
    return where;
  };
  return { context, page, open };
}

/** What sticks out to the right of the window. */
function sideways() {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide <= 0) return null;
  const out = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1);
  const named = out.slice(-3).map((e) => e.tagName.toLowerCase() + (e.className ? `.${e.className}` : ""));
  return `${wide} px too wide: ${named.join(", ")}`;
}

async function accessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, help, nodes } of violations) {
    find(where, `axe ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }
}

for (const colorScheme of ["light", "dark"]) {
  const { context, page, open } = await reader({ colorScheme });
  for (const name of pages) {
    const where = await open(name);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(sideways);
      if (wide) find(`${where} at ${width}`, wide);
      if (each.includes(name)) await accessible(page, `${where} at ${width}`);
    }
    if (!each.includes(name) && colorScheme === "light") await accessible(page, where);
    for (const violation of await page.evaluate(() => window.violations)) find(where, `policy: ${violation}`);
  }
  await context.close();
}
console.log(`opened ${pages.length} of ${all.length} pages: of each make and each folder; ${each.length} of them at ${widths.join(", ")} px, light and dark`);

{ // Large reading mode: on, kept on the next page, off again.
  const { context, page, open } = await reader({});
  await page.setViewportSize({ width: 360, height: 900 });
  const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.querySelector("main p") ?? document.body).fontSize));
  for (const name of each.filter((name) => name !== "404.html")) {
    const where = await open(name);
    if ((await page.locator("#large").count()) === 0) { find(where, "no button #large"); continue; }
    const before = await size();
    const press = () => page.evaluate(() => document.getElementById("large").click());
    await press();
    if ((await size()) <= before) find(where, "the large reading mode does not enlarge");
    const wide = await page.evaluate(sideways);
    if (wide) find(`${where} large`, wide);
    await page.reload();
    if ((await size()) <= before) find(where, "the large reading mode is forgotten on the next page");
    await press();
    if ((await size()) !== before) find(where, "the large reading mode cannot be left");
  }
  await context.close();
  console.log("switched the large reading mode on and off");
}

{ // Without JavaScript.
  const { context, page, open } = await reader({ javaScriptEnabled: false });
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const name of each) {
      const where = `${await open(name)} at ${width} without JavaScript`;
      if (!(await page.locator("h1").first().isVisible())) find(where, "no visible heading");
      if ((await page.locator("main").innerText()).trim().length < 6) find(where, "nothing to read");
      const buttons = page.locator("button:visible");
      if (await buttons.count()) find(where, `a button that does nothing: ${await buttons.first().innerText()}`);
      const links = page.locator("header a:visible, header summary:visible");
      if ((await links.count()) < 2) find(where, "no way to the rest of the site");
    }
  }
  await context.close();
  console.log("read without JavaScript");
}

{ // Lists are cut in place, and courses are gathered into one order that outlives the page.
  const { context, page, open } = await reader({});
  const whole = (name) => /class="facets"/.test(texts.get(name)) && !/class="facets"[^]*aria-current[^]*<\/dl>/.test(texts.get(name));
  const name = all.find((name) => whole(name) && /id="basket"/.test(texts.get(name)));
  if (!name) find("the site", "no list that could be cut has a place for orders");
  else {
    const where = await open(name);
    const link = page.locator(".facets dd a").first();
    const target = await link.evaluate((a) => a.href);
    const around = () => page.locator("header a, footer a").evaluateAll((links) => links.map((a) => a.href).join(" "));
    const before = await around();
    await page.evaluate(() => { window.stays = true; });
    await link.click();
    await page.waitForFunction((target) => location.href === target && document.querySelector(".facets [aria-current]"), target);
    if ((await around()) !== before) find(where, "links of the header and footer lead elsewhere after a list is cut");
    if (!(await page.evaluate(() => window.stays))) find(where, "a link of a facet loads the page anew");
    if ((await page.locator("link[rel=canonical]").count()) !== 1) find(where, "no canonical address");
    const picks = page.locator(".pick");
    const wanted = await picks.evaluateAll((buttons) => buttons.slice(0, 2).map((button) => button.value));
    for (let n = 0; n < wanted.length; n += 1) await picks.nth(n).click();
    const order = () => page.locator("#order").inputValue();
    if (!wanted.every((course) => course && wanted.length)) find(where, "a course without a name in orders");
    for (const course of wanted) if (!(await order()).includes(course)) find(where, `the order lacks ${course}`);
    await page.goBack();
    await page.waitForFunction(() => !document.querySelector(".facets [aria-current]"));
    await page.reload();
    for (const course of wanted) if (!(await order()).includes(course)) find(where, `the order forgets ${course}`);
    await page.locator("#order-clear").click();
    if (await page.locator("#basket").isVisible()) find(where, "an order that was cleared stays");
    console.log("cut a list in place and gathered an order");
  }
  await context.close();
}

{ // On paper: text there, navigation away, dark ground never.
  const { context, page, open } = await reader({ colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const name of each) {
    const where = `${await open(name)} printed`;
    if ((await page.pdf({ format: "A4" })).length < 1000) find(where, "an empty PDF");
    if (await page.locator("header nav:visible").count()) find(where, "the navigation is printed");
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    if (!["rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"].includes(ground)) find(where, `the ground is ${ground}`);
    const ink = await page.evaluate(() => getComputedStyle(document.querySelector("main p, main h1")).color);
    if (ink.match(/\d+/g).slice(0, 3).some((part) => part > 130)) find(where, `the ink is ${ink}`);
  }
  await context.close();
  console.log("printed");
}

{ // Old addresses lead on.
  const { context, page } = await reader({});
  for (const name of redirects) {
    const target = texts.get(name).match(/<link rel="canonical" href="([^"]+)"/)?.[1];
    await page.goto(address(name)).catch(() => {});
    await page.waitForURL(target, { timeout: 5000 }).catch(() => find(name, `leads to ${page.url()}, not to ${target}`));
  }
  await context.close();
  console.log(`followed ${redirects.length} old addresses`);
}

await browser.close();
for (const finding of [...new Set(findings)]) console.log(`FINDING ${finding}`);
console.log(`${new Set(findings).size} findings`);
process.exitCode = findings.length ? 1 : 0;
