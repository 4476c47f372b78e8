// Takes from node_modules what nothing here loads: source maps, bundles for browsers, programs for other systems, and what plotly.js
// is built from (its bundles carry it within them). Types stay: cells are checked against them. Run beside package-lock.json:
//   node slim.mjs
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const modules = 'node_modules';

let freed = 0;

/** @param {string} path */
function remove(path) {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  freed += size(path);
  rmSync(path, { recursive: true, force: true });
}

/** @param {string} path @returns {number} */
function size(path) {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0);
}

/** @param {string} folder @param {(file: string) => boolean} goes */
function removeFiles(folder, goes) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = join(folder, String(name));
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() && goes(file)) remove(file);
  }
}

/** @param {string} folder @param {(name: string) => boolean} stays */
function keepOnly(folder, stays) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (!stays(name)) remove(join(folder, name));
}

removeFiles(modules, (file) => file.endsWith('.map'));

// Of TensorFlow.js, Node loads dist/tf….node.js or the single modules; its other bundles are for browsers.
const tensorflow = join(modules, '@tensorflow');
for (const name of readdirSync(tensorflow)) {
  const dist = join(tensorflow, name, 'dist');
  keepOnly(dist, (file) => !/^tf.*\.(js|html)$/.test(file) || file.endsWith('.node.js'));
}

// Reports inline one of these two bundles (src/display/plotly-script.ts).
const plotly = join(modules, 'plotly.js');
keepOnly(plotly, (name) => ['package.json', 'LICENSE', 'dist'].includes(name));
keepOnly(join(plotly, 'dist'), (name) => /^plotly-(cartesian|strict)\.min\.js$/.test(name));

const zeromq = join(modules, 'zeromq/build');
keepOnly(zeromq, (name) => name === process.platform || name === 'manifest.json');
keepOnly(join(zeromq, process.platform), (name) => name === process.arch);

/**
 * The folders of the packages that are needed when plotly.js needs none of its own.
 * @returns {ReadonlySet<string>} as they stand in package-lock.json
 */
function needed() {
  /** @type {{ packages: Record<string, { dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string> }> }} */
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  /** @type {Set<string>} */
  const found = new Set();
  const queue = [''];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    if (found.has(place)) continue;
    found.add(place);
    if (place === 'node_modules/plotly.js') continue;
    const { dependencies, optionalDependencies, peerDependencies } = packages[place] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      // Node looks into the package's own node_modules first, then into those above it.
      for (let from = place; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
        const candidate = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
        if (candidate in packages) queue.push(candidate);
        if (candidate in packages || from === '') break;
      }
    }
  }
  return found;
}

const kept = needed();
for (const place of Object.keys(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages)) {
  if (!kept.has(place)) remove(place);
}

process.stdout.write(`${Math.round(freed / 1e6)} MB taken from ${modules}\n`);
