// Fails the build when the JavaScript that the first page needs weighs more than the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 120;
const html = readFileSync('dist/index.html', 'utf8');
const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map((match) => match[1]);
const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(`dist${file}`)).length, 0);
const kilobytes = (bytes / 1000).toFixed(1);
if (bytes > BUDGET_KB * 1000) {
  console.error(`Initial JavaScript: ${kilobytes} kB gzip, over the budget of ${BUDGET_KB} kB.`);
  process.exit(1);
}
console.log(`Initial JavaScript: ${kilobytes} kB gzip (budget ${BUDGET_KB} kB).`);
