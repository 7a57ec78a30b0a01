// Writes FILE.br and FILE.gz beside each FILE and prints the sizes. Usage: node compress.mjs FILE…
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const kb = (bytes) => (bytes.length / 1024).toFixed(1).padStart(8) + " KiB";

for (const file of process.argv.slice(2)) {
  const raw = readFileSync(file);
  const br = brotliCompressSync(raw, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length },
  });
  const gz = gzipSync(raw, { level: 9 });
  writeFileSync(file + ".br", br);
  writeFileSync(file + ".gz", gz);
  console.log(`  ${basename(file).padEnd(16)} ${kb(raw)}   brotli ${kb(br)}   gzip ${kb(gz)}`);
}
