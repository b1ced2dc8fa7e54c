// Looks at the HTML of letters as mail programs do.
//
//   node tests/ci/letters.mjs FOLDER_OF_HTML FOLDER_OF_NODE_MODULES [CHROMIUM]
//
// By caniemail's data no program of those below fails at what a letter rests on; axe finds no
// violation at 375 and 700 px, light and dark, nothing scrolls sideways, nothing is fetched.
import { createRequire } from "node:module";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, modules, executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const { chromium } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const { caniemail } = await import(pathToFileURL(join(modules, "caniemail/dist/index.js")));

// Those that most read with; there are no data of QQ, 163 and Aliyun, which are at least like these.
const clients = ["gmail.*", "outlook.*", "apple-mail.*", "yahoo.*", "samsung-email.*"];
// What a letter does without where it is not known: darker colours and narrower margins, a preheader
// that is not seen, names for screen readers, a background behind the one of the table.
const niceties = [
  "@media", "<style> element", "display:none", "overflow", "aria-hidden attribute", "aria-label attribute",
  "role attribute", "<body> element", "height property",
];

const findings = [];
const names = (await readdir(folder)).filter((name) => name.endsWith(".html")).sort();
if (!names.length) throw new Error(`no letters in ${folder}`);
const seen = new Map();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
for (const name of names) {
  const html = await readFile(join(folder, name), "utf8");
  const { issues } = caniemail({ clients, html });
  for (const [client, found] of issues.errors) {
    for (const issue of found) {
      if (!niceties.includes(issue.title)) seen.set(issue.title, [...(seen.get(issue.title) ?? []), `${name} ${client}`]);
    }
  }
  for (const [width, colorScheme] of [[375, "dark"], [700, "light"]]) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    await context.route(/^https?:/, (route) => {
      findings.push(`${name}: asks for ${route.request().url()}`);
      return route.abort();
    });
    const page = await context.newPage();
    await page.setContent(html);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) findings.push(`${name} ${width}: ${over} px too wide`);
    await page.evaluate(axe);
    // A letter is no page: it stands inside a mail program, which has the landmarks.
    const { violations } = await page.evaluate(() => axe.run(document, { rules: { region: { enabled: false }, "landmark-one-main": { enabled: false } } }));
    for (const { id, nodes } of violations) findings.push(`${name} ${width} ${colorScheme}: ${id} ${nodes[0].html}`);
    await context.close();
  }
}
await browser.close();
for (const [title, where] of seen) findings.push(`caniemail: ${title}: ${[...new Set(where)].slice(0, 4).join(", ")}`);
console.log(findings.length ? findings.join("\n") : `${names.length} letters as mail programs show them: nothing found`);
process.exit(findings.length ? 1 : 0);
