const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '../../..');

/** Whether the bundle was made of its sources as they are now. */
function isFresh(file) {
  try {
    const made = fs.statSync(file).mtimeMs;
    return JSON.parse(fs.readFileSync(`${file}.sources.json`, 'utf8')).every(
      source => fs.statSync(path.join(root, source)).mtimeMs < made,
    );
  } catch {
    return false;
  }
}

/**
 * Makes one file of a TypeScript program and all it imports, for a start without a compiler in the process: into
 * `dist/bin`, only when a source has changed since.
 *
 * @param {string} entry The program.
 * @returns {string} The file to run.
 */
function bundle(entry) {
  const name = path.relative(root, entry).replace(/\.ts$/, '');
  const file = path.join(
    __dirname,
    '../dist/bin',
    `${name.replace(/[\\/]/g, '-')}.cjs`,
  );
  if (isFresh(file)) return file;
  const now = new Date();
  const { outputFiles, metafile } = require('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    // What pg uses only where it is installed, and what says where the migrations are.
    external: ['pg-native', '@moorline/api/package.json'],
    logLevel: 'error',
  });
  // Of packages only the lock file can change.
  const sources = Object.keys(metafile.inputs)
    .filter(source => !source.includes('node_modules'))
    .concat('yarn.lock');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  replace(`${file}.sources.json`, JSON.stringify(sources));
  replace(file, outputFiles[0].contents);
  // A source that changed meanwhile is newer.
  fs.utimesSync(file, now, now);
  return file;
}

/** Whole or not at all: others may do the same at this moment. */
function replace(file, content) {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, content);
  fs.renameSync(draft, file);
}

/** Runs a program of this package. */
function run(source) {
  require('node:module').enableCompileCache?.();
  require(bundle(path.join(__dirname, '../src', source)));
}

module.exports = { bundle, run };
