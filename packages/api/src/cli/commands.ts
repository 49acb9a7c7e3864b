import { isFinished } from '@moorline/environment-model';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { parse as parseYaml } from 'yaml';
import type { EnvironmentRecord } from '../client';
import { connect } from './connect';
import { EXIT, UsageError } from './failures';
import { followRun } from './follow';
import { kubeconfigOf } from './kubeconfig';
import { openPage } from './openPage';
import { environmentTable, environmentText } from './text';

/** What a command is run in. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the person, or the machine, has had enough. */
  signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
}

/** The options of all commands. */
export interface Options {
  json: boolean;
  follow: boolean;
  print: boolean;
  /** In seconds. */
  timeout: string;
  file?: string;
  key?: string;
  tier?: string;
  state?: string;
  owner?: string;
  search?: string;
}

interface Command {
  usage: string;
  about: string;
  /** How many words may follow its name. */
  least: number;
  most: number;
  /** @returns the exit code. */
  run(args: string[], options: Options, terminal: Terminal): Promise<number>;
}

type Client = ReturnType<typeof connect>['client'];

async function list(_: string[], options: Options, terminal: Terminal) {
  const { client } = connect(terminal.env);
  const { signal } = terminal;
  const { tier, state, owner, search } = options;
  const found: EnvironmentRecord[] = [];
  let cursor: string | undefined;
  do {
    // What is not a tier or a state the API says, in words that name the right ones.
    const filter = { tier, state, owner, search } as object;
    const page = await client.environments.page.query(
      { ...filter, limit: 200, cursor },
      { signal },
    );
    found.push(...page.items);
    cursor = page.next;
  } while (cursor);
  show(found, environmentTable, options, terminal);
  return EXIT.ok;
}

async function get([name]: string[], options: Options, terminal: Terminal) {
  const { client } = connect(terminal.env);
  const { signal } = terminal;
  const found = await client.environments.get.query({ name }, { signal });
  show(found, environmentText, options, terminal);
  return EXIT.ok;
}

async function create(_: string[], options: Options, terminal: Terminal) {
  const { client } = connect(terminal.env);
  const { signal } = terminal;
  const spec = await readSpec(options.file);
  // A key of its own choice makes a repeated command safe; without one each command is a new request.
  const key = options.key ?? randomUUID();
  const made = await client.environments.create.mutate(
    { key, spec: spec as never },
    { signal },
  );
  if (options.follow) {
    return followTo(client, made.name, options, terminal);
  }
  show(made, environmentText, options, terminal);
  return EXIT.ok;
}

async function follow([name]: string[], options: Options, terminal: Terminal) {
  const { client } = connect(terminal.env);
  return followTo(client, name, options, terminal);
}

async function followTo(
  client: Client,
  name: string,
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const seconds = Number(options.timeout);
  if (!(seconds > 0)) {
    throw new UsageError('--timeout: give a number of seconds');
  }
  const run = await followRun(client, name, {
    signal: terminal.signal,
    deadline: Date.now() + seconds * 1000,
    // The story goes to people, the result to whoever reads standard output.
    tell: line => (options.json ? terminal.err : terminal.out)(`${line}\n`),
  });
  if (options.json) terminal.out(`${JSON.stringify(run ?? {})}\n`);
  if (run?.state === 'succeeded') return EXIT.ok;
  if (run?.finishedAt) return EXIT.failed;
  terminal.err(`moorline: not over after ${seconds} s\n`);
  return EXIT.unavailable;
}

async function cancel([name]: string[], options: Options, terminal: Terminal) {
  const { client } = connect(terminal.env);
  const { signal } = terminal;
  const { lastRun } = await client.environments.get.query({ name }, { signal });
  if (!lastRun) throw new UsageError(`${name} has no run`);
  const { id } = lastRun;
  const run = await client.runs.cancel.mutate({ id }, { signal });
  if (options.follow) return followTo(client, name, options, terminal);
  const text = isFinished(run.state) ? run.state : 'is to be canceled';
  show(run, () => `run #${run.number} ${text}\n`, options, terminal);
  return EXIT.ok;
}

async function kubeconfig([name]: string[], _: Options, terminal: Terminal) {
  terminal.out(await kubeconfigOf(name, terminal.env, terminal.signal));
  return EXIT.ok;
}

async function open([name]: string[], options: Options, terminal: Terminal) {
  const { client, portal } = connect(terminal.env);
  if (!portal) {
    throw new UsageError(
      'MOORLINE_URL is the API, which has no pages: set MOORLINE_PORTAL to the address of the portal',
    );
  }
  const { signal } = terminal;
  await client.environments.get.query({ name }, { signal });
  const url = `${portal}/catalog/default/resource/${name}`;
  terminal.out(options.json ? `${JSON.stringify({ url })}\n` : `${url}\n`);
  if (!options.print) openPage(url);
  return EXIT.ok;
}

/** Any procedure, for scripts: `moorline call runs.record '{"key": …}'`. */
async function call(
  [procedure, input]: string[],
  _: Options,
  terminal: Terminal,
) {
  const [area, name, ...more] = procedure.split('.');
  if (!area || !name || more.length > 0) {
    throw new UsageError('Name a procedure, for example runs.record');
  }
  const { client } = connect(terminal.env);
  const answer = await callAny(client, area, name, parseInput(input), terminal);
  terminal.out(`${JSON.stringify(answer ?? {})}\n`);
  return EXIT.ok;
}

interface AnyProcedure {
  query(input: unknown, options: object): Promise<unknown>;
  mutate(input: unknown, options: object): Promise<unknown>;
}

/** As a query and, when the API says that it is none, as a mutation. */
async function callAny(
  client: Client,
  area: string,
  name: string,
  input: unknown,
  { signal }: Terminal,
): Promise<unknown> {
  const procedures = client as unknown as Record<
    string,
    Record<string, AnyProcedure>
  >;
  const procedure = procedures[area][name];
  try {
    return await procedure.query(input, { signal });
  } catch (error) {
    const { data } = error as { data?: { code?: string } };
    if (data?.code !== 'METHOD_NOT_SUPPORTED') throw error;
    return procedure.mutate(input, { signal });
  }
}

function parseInput(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('The input is not JSON');
  }
}

async function readSpec(file: string | undefined): Promise<unknown> {
  if (!file) throw new UsageError('Name a file: moorline create -f FILE');
  const reading =
    file === '-' ? readAll(process.stdin) : readFile(file, 'utf8');
  const text = await reading.catch(error => {
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });
  try {
    return parseYaml(text);
  } catch (error) {
    throw new UsageError(`${file} is not YAML: ${(error as Error).message}`);
  }
}

function show<T>(
  value: T,
  text: (value: T) => string,
  { json }: Options,
  { out }: Terminal,
): void {
  out(json ? `${JSON.stringify(value)}\n` : text(value));
}

/** All commands, by their names. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  list: {
    usage: 'list [--tier --state --owner --search]',
    about: 'environments, newest first',
    ...{ least: 0, most: 0, run: list },
  },
  get: {
    usage: 'get NAME',
    about: 'one environment',
    ...{ least: 1, most: 1, run: get },
  },
  create: {
    usage: 'create -f FILE [--key KEY] [--follow]',
    about: 'request an environment described in YAML; - reads standard input',
    ...{ least: 0, most: 0, run: create },
  },
  follow: {
    usage: 'follow NAME [--timeout SECONDS]',
    about: 'tell how the newest run goes; fails when it does',
    ...{ least: 1, most: 1, run: follow },
  },
  cancel: {
    usage: 'cancel NAME [--follow]',
    about: 'have Azure DevOps stop the newest run',
    ...{ least: 1, most: 1, run: cancel },
  },
  kubeconfig: {
    usage: 'kubeconfig NAME',
    about: 'print the kubeconfig of its cluster',
    ...{ least: 1, most: 1, run: kubeconfig },
  },
  open: {
    usage: 'open NAME [--print]',
    about: 'open its page in the portal',
    ...{ least: 1, most: 1, run: open },
  },
  call: {
    usage: 'call PROCEDURE [JSON]',
    about: 'call any procedure of the API',
    ...{ least: 1, most: 2, run: call },
  },
};
