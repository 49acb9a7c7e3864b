import { runCommand } from './run';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => abort.abort());
}

runCommand(process.argv.slice(2), {
  env: process.env,
  signal: abort.signal,
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
}).then(code => {
  process.exitCode = code;
});
