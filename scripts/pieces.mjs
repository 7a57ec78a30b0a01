// Names the pieces that wasm-split has made of the browser's code, and writes the script that loads them.
// Usage: node pieces.mjs FOLDER     FOLDER holds millrace.js, millrace.wasm, __wasm_split.js, split_*.wasm, chunk_*.wasm
//
// A piece is `split_NAME.wasm`. What several pieces need is in chunks, one for each set of pieces; they go into one file,
// so that a page asks for two files whatever the number of pieces. All names carry a hash of the whole build, because a
// piece fits no other main piece than the one it was made with; only millrace.js and millrace.wasm keep their names.
// pieces.txt tells the server what to announce: a line a piece, its name and its files; the first is for every page.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const at = (name) => join(folder, name);
const fail = (why) => {
  throw new Error(`pieces.mjs: ${why}; has the format of wasm-split changed?`);
};

// What wasm-split says about its output stands in the script it writes.
const said = readFileSync(at("__wasm_split.js"), "utf8");
const shares = /const \{([^}]*)\} = initSync\(/.exec(said)?.[1].match(/\w+/g) ?? fail("no shared names");
const pieces = [...said.matchAll(/^export const __wasm_split_load_(\w+) = [^]*?, \[([^\]]*)\]\)\);$/gm)]
  .map(([, name, needs]) => ({ name, needs: (needs.match(/\d+/g) ?? []).map(Number) }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));
const numbers = [...said.matchAll(/^const __chunk_(\d+) = /gm)].map((m) => Number(m[1]));
const expected = [...pieces.map((p) => `split_${p.name}.wasm`), ...numbers.map((n) => `chunk_${n}.wasm`)].sort();
const found = readdirSync(folder).filter((f) => /^(split|chunk)_/.test(f)).sort();
if (pieces.length === 0 || String(found) !== String(expected)) fail(`files ${found}, named ${expected}`);

const hash = createHash("sha256");
hash.update(readFileSync(process.argv[1])); // the loader below
for (const file of ["millrace.wasm", "millrace.js", "__wasm_split.js", ...found]) hash.update(readFileSync(at(file)));
const build = hash.digest("hex").slice(0, 16);

const chunks = {};
const bytes = [];
let end = 0;
for (const number of numbers) {
  const chunk = readFileSync(at(`chunk_${number}.wasm`));
  chunks[number] = [end, (end += chunk.length)];
  bytes.push(chunk);
  rmSync(at(`chunk_${number}.wasm`));
}
const shared = `shared.${build}.bin`;
if (numbers.length > 0) writeFileSync(at(shared), Buffer.concat(bytes));
for (const { name } of pieces) renameSync(at(`split_${name}.wasm`), at(`${name}.${build}.wasm`));

const loader = `pieces.${build}.js`;
writeFileSync(
  at(loader),
  `import { initSync } from './millrace.js';

const chunks = ${JSON.stringify(chunks)};
async function get(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(answer.url + ': ' + answer.status);
  return answer;
}
let shared, imports;
const started = {};

// What the main piece lends to the others: memory, table of functions, pointer of the stack.
function lent() {
  if (!imports) {
    const { ${shares.join(", ")} } = initSync();
    imports = { __wasm_split: { ${shares.join(", ")} } };
  }
  return imports;
}

// All chunks, in one file. One that did not come is asked for again next time.
function all() {
  return (shared ??= get('./${shared}').then((answer) => answer.arrayBuffer()).catch((e) => {
    shared = undefined;
    throw e;
  }));
}

// Starts a chunk or a piece. Never twice: it would lay its data anew over what has become of it.
const start = (name, module) => (started[name] ??= module().then((m) => WebAssembly.instantiate(m, lent())).catch((e) => {
  delete started[name];
  throw e;
}));
const chunk = (number) => start(number, async () => WebAssembly.compile((await all()).slice(...chunks[number])));

const load = (name, needs) => async (callback, data) => {
  let done = true;
  try {
    const piece = WebAssembly.compileStreaming(get('./' + name + '.${build}.wasm'));
    piece.catch(() => {});
    await Promise.all(needs.map(chunk));
    await start(name, () => piece);
  } catch (e) {
    console.warn('A piece of this page did not load; the browser goes on without.', e);
    done = false;
  }
  lent().__wasm_split.__indirect_function_table.get(callback)(data, done);
};
${pieces.map(({ name, needs }) => `export const __wasm_split_load_${name} = load('${name}', ${JSON.stringify(needs)});\n`).join("")}`,
);
rmSync(at("__wasm_split.js"));
const main = readFileSync(at("millrace.js"), "utf8");
const patched = main.replaceAll('from "./__wasm_split.js"', `from "./${loader}"`);
if (patched === main) fail("millrace.js imports no loader");
writeFileSync(at("millrace.js"), patched);

const lines = [`main ${loader}`];
for (const { name, needs } of pieces)
  lines.push([name, ...(needs.length > 0 ? [shared] : []), `${name}.${build}.wasm`].join(" "));
writeFileSync(at("pieces.txt"), lines.join("\n") + "\n");
