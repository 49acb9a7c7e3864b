// The few commands a person types; each is one file beside this one.
import { ensureToolchain } from './toolchain.mjs';
import { fail, UserError } from './console.mjs';

const commands = {
  start: 'run the portal, built, with its database and the sandbox',
  dev: 'the same with reload of frontend and backend',
  test: 'run every test; the last line is the sum',
  bench: 'run bench/NAME: npm run bench -- NAME',
  kubeconfig:
    'print the kubeconfig of an environment: npm run kubeconfig -- NAME',
  screenshots: 'take the pictures in docs/ anew',
  reset: 'forget the local state',
};

const help = () =>
  `Usage: npm run COMMAND [-- ARGUMENTS]\n\n${Object.entries(commands)
    .map(([name, text]) => `  ${name.padEnd(12)} ${text}`)
    .join('\n')}\n`;

const [name, ...args] = process.argv.slice(2);
try {
  if (!name || name === '--help') {
    process.stdout.write(help());
  } else if (!(name in commands)) {
    throw new UserError(`There is no command "${name}".\n\n${help()}`);
  } else {
    if (name !== 'reset') await ensureToolchain(process.argv);
    const { run } = await import(`./${name}.mjs`);
    process.exitCode = (await run(args)) ?? process.exitCode ?? 0;
  }
} catch (error) {
  fail(error);
}
