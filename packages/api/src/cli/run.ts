import { parseArgs } from 'node:util';
import { COMMANDS, Options, Terminal } from './commands';
import { EXIT, UsageError, failureOf } from './failures';

const HELP = `Usage: moorline COMMAND [--json]

${Object.values(COMMANDS)
  .map(({ usage, about }) => `  ${usage.padEnd(34)} ${about}`)
  .join('\n')}

  --json     print JSON: the result on standard output, errors on standard error

Environment variables:
  MOORLINE_URL      the portal (default http://localhost:7007), or the API itself: https://…/trpc
  MOORLINE_TOKEN    a token of the portal or of another issuer, or an API key
  MOORLINE_PORTAL   the portal, for "open" when MOORLINE_URL is the API
  MOORLINE_AZURE_ENDPOINT, MOORLINE_AZURE_SUBSCRIPTION, MOORLINE_AZURE_TOKEN
                    for "kubeconfig"; left out, the az command is asked

Exit codes: 0 done, 1 failed, 2 wrong command or input, 3 not signed in or not allowed, 4 not found,
            5 conflict, 6 no answer or too busy (try again), 130 interrupted
`;

/** Runs one command. @returns its exit code; never throws. */
export async function runCommand(
  args: string[],
  terminal: Terminal,
): Promise<number> {
  const json = args.includes('--json');
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        file: { type: 'string', short: 'f' },
        key: { type: 'string' },
        follow: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '3600' },
        print: { type: 'boolean', default: false },
        tier: { type: 'string' },
        state: { type: 'string' },
        owner: { type: 'string' },
        search: { type: 'string' },
      },
    });
    const [name, ...rest] = positionals;
    if (values.help || !name) {
      terminal.out(HELP);
      return values.help ? EXIT.ok : EXIT.wrong;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) {
      throw new UsageError(
        `There is no command "${name}". Try moorline --help.`,
      );
    }
    if (rest.length < command.least || rest.length > command.most) {
      throw new UsageError(`Usage: moorline ${command.usage}`);
    }
    return await command.run(rest, values as Options, terminal);
  } catch (error) {
    if (terminal.signal.aborted) return EXIT.interrupted;
    const { exit, ...failure } = failureOf(error);
    terminal.err(
      json ? `${JSON.stringify(failure)}\n` : `moorline: ${failure.message}\n`,
    );
    return exit;
  }
}
