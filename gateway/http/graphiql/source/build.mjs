// Bundles the page into one script and one style sheet, and writes down whose work is in them.
// Fails when a package has a licence that we may not ship.

import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const OUT = path.resolve(process.argv[2] ?? "../static");
const ALLOWED = new Set(["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"]);

// GraphiQL's style sheet carries Roboto and Fira Code, neither of which has Persian letters. The system's fonts do.
const withoutFonts = {
  name: "without-fonts",
  setup: ({ onLoad }) =>
    onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, "utf8")).replace(/@font-face\s*\{[^}]*\}/g, ""),
      loader: "css",
    })),
};

// Reached only by a subscription over WebSocket, which the page does not make.
const withoutSockets = {
  name: "without-sockets",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^graphql-ws$/ }, () => ({ path: "graphql-ws", namespace: "absent" }));
    onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "export {}" }));
  },
};

await mkdir(OUT, { recursive: true });
const { metafile } = await build({
  entryPoints: { graphiql: "main.jsx" },
  outdir: OUT,
  bundle: true,
  format: "iife",
  target: "es2022",
  jsx: "automatic",
  minify: true,
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  banner: { js: "/* Licences of what is in this file: LICENSES.txt beside it. */" },
  plugins: [withoutFonts, withoutSockets],
  metafile: true,
});

const packages = await Promise.all(packagesIn(Object.keys(metafile.inputs)).map(describe));
const refused = packages.filter(({ license }) => !ALLOWED.has(license));
if (refused.length) throw new Error(`may not be shipped: ${refused.map((p) => `${p.name} (${p.license})`).join(", ")}`);

const list = packages.map((p) => `${p.name} ${p.version} (${p.license})`).join("\n");
const texts = packages.map((p) => `${"=".repeat(78)}\n${p.name} ${p.version} (${p.license})\n\n${p.text}\n`).join("\n");
await writeFile(
  path.join(OUT, "LICENSES.txt"),
  `graphiql.js and graphiql.css were bundled with esbuild by ../build.sh, which makes them again, from ../source and\nfrom these packages:\n\n${list}\n\n${texts}`,
);

function packagesIn(inputs) {
  const found = inputs.map((input) => input.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[0]).filter(Boolean);
  return [...new Set(found)].sort();
}

async function describe(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  const holder = typeof author === "object" ? author.name : author;
  const text = file ? await readFile(path.join(folder, file), "utf8") : `Declared ${license} in its package.json; by ${holder ?? "its contributors"}.`;
  return { name, version, license, text: text.trim() };
}
