// Renders Markdown with markdown-it and its plugin for Chinese, as an oracle for the tests.
//
//   node markdown.mjs FOLDER_OF_NODE_MODULES <inputs >outputs
//
// One JSON string a line in, one JSON string of HTML a line out.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.argv[2], "x.js"));
const load = async (name) => (await import(pathToFileURL(require.resolve(name)))).default;
const loadPlugin = async () =>
  (await import(pathToFileURL(join(process.argv[2], "markdown-it-cjk-friendly/dist/index.js")))).default;

const markdownIt = await load("markdown-it");
const cjkFriendly = await loadPlugin();
const markdown = markdownIt({ html: false, linkify: false, breaks: false }).use(cjkFriendly);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(markdown.render(JSON.parse(line))) + "\n");
}
