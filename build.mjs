// Bundles the front end into headwater/web/static/dist: scripts, styles and the icon sprite,
// each with a hash in its name, and manifest.json (written last) that maps plain names to hashed ones.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const ASSETS = "headwater/web/assets";
const TARGET = "headwater/web/static/dist";
const WORK = `node_modules/.build-${process.pid}`;
const ICONS = "node_modules/@tabler/icons/icons";

rmSync(WORK, { recursive: true, force: true });
mkdirSync(WORK, { recursive: true });

const built = await esbuild.build({
  entryPoints: {
    app: `${ASSETS}/js/app.js`,
    theme: `${ASSETS}/js/theme.js`,
    style: `${ASSETS}/css/style.css`,
  },
  outdir: WORK,
  splitting: true,
  chunkNames: "chunk-[hash]",
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome125", "firefox128", "safari17.5"],
  loader: { ".svg": "dataurl", ".woff2": "file" },
  assetNames: "[name]-[hash]",
  legalComments: "external",
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, output] of Object.entries(built.metafile.outputs)) {
  if (output.entryPoint) {
    const extension = path.endsWith(".css") ? "css" : "js";
    manifest[`${basename(output.entryPoint).replace(/\.\w+$/, "")}.${extension}`] = basename(path);
  } else if (path.endsWith(".woff2")) {
    manifest[basename(path).replace(/-[0-9A-Z]{8}\./, ".")] = basename(path);
  }
}

function symbol(name) {
  const filled = name.endsWith("-filled");
  const file = filled ? join(ICONS, "filled", `${name.slice(0, -7)}.svg`) : join(ICONS, "outline", `${name}.svg`);
  const body = readFileSync(file, "utf8").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "");
  const shapes = body.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s+/g, " ");
  return `<symbol id="${name}" viewBox="0 0 24 24"${filled ? ' fill="currentColor" stroke="none"' : ""}>${shapes.trim()}</symbol>`;
}

function emit(plain, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  manifest[plain] = plain.replace(".", `-${hash}.`);
  writeFileSync(join(WORK, manifest[plain]), content);
}

const names = JSON.parse(readFileSync(`${ASSETS}/icons.json`, "utf8"));
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>`;
emit("icons.svg", sprite);
emit("favicon.svg", readFileSync(`${ASSETS}/favicon.svg`));

for (const file of readdirSync(WORK).filter((name) => /\.(js|css|svg)$/.test(name))) {
  const content = readFileSync(join(WORK, file));
  writeFileSync(join(WORK, `${file}.gz`), gzipSync(content, { level: 9 }));
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  writeFileSync(join(WORK, `${file}.br`), brotliCompressSync(content, quality));
}

// Pages that are open still ask for the files of the build before: those stay for a day.
mkdirSync(TARGET, { recursive: true });
const fresh = new Set(readdirSync(WORK));
for (const file of fresh) renameSync(join(WORK, file), join(TARGET, file));
rmSync(WORK, { recursive: true });
writeFileSync(join(TARGET, "manifest.json.new"), `${JSON.stringify(manifest, null, 2)}\n`);
renameSync(join(TARGET, "manifest.json.new"), join(TARGET, "manifest.json"));
for (const file of readdirSync(TARGET)) {
  const old = Date.now() - statSync(join(TARGET, file)).mtimeMs > 86_400_000;
  if (old && file !== "manifest.json" && !fresh.has(file)) rmSync(join(TARGET, file));
}
