/* eslint-disable no-console */
import { parseArgs } from 'util';
import { PortBusyError } from './http';
import { Sandbox, startSandbox } from './sandbox';

const USAGE = `Azure on one machine.

  --port PORT        port on the loopback interface (default 7443)
  --data DIR         folder that keeps everything (required)
  --platform DIR     root of this repository: its infra and charts become the platform repository
  --terraform FILE, --helm FILE, --git FILE, --kubectl FILE
                     programs to use (default: those on PATH)
  --run-pods         run the pods of clusters as processes of this machine (Linux)
  --gateway-port PORT
                     port on the loopback interface for what pods serve (default 7080)
`;
const EXIT_USAGE = 2;
const EXIT_PORT_BUSY = 3;

async function main(): Promise<void> {
  const options = readOptions();
  let sandbox: Sandbox | undefined;
  let ending = false;
  const end = async (signal: NodeJS.Signals) => {
    // A second signal finds the first at work: children are given their time to end.
    if (ending) return;
    ending = true;
    console.log(`sandbox stops (${signal})`);
    await sandbox?.stop();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);

  try {
    sandbox = await startSandbox(options);
  } catch (error) {
    console.error(`sandbox cannot start: ${(error as Error).message}`);
    process.exit(error instanceof PortBusyError ? EXIT_PORT_BUSY : 1);
  }
  if (ending) {
    await sandbox.stop();
    return;
  }
  if (sandbox.gatewayUrl) console.log(`gateway ready at ${sandbox.gatewayUrl}`);
  console.log(`sandbox ready at ${sandbox.url}`);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '7443' },
        data: { type: 'string' },
        platform: { type: 'string' },
        terraform: { type: 'string' },
        helm: { type: 'string' },
        git: { type: 'string' },
        kubectl: { type: 'string' },
        'run-pods': { type: 'boolean', default: false },
        'gateway-port': { type: 'string', default: '7080' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const port = portOf('--port', values.port);
    const gatewayPort = portOf('--gateway-port', values['gateway-port']);
    if (!values.data) throw new Error('--data is missing: name a folder');
    return {
      port,
      gatewayPort,
      data: values.data,
      platform: values.platform,
      runPods: values['run-pods'],
      tools: {
        git: values.git || undefined,
        terraform: values.terraform || undefined,
        helm: values.helm || undefined,
        kubectl: values.kubectl || undefined,
      },
    };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return process.exit(EXIT_USAGE);
  }
}

function portOf(option: string, value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`${option} ${value}: use a number from 0 to 65535`);
  }
  return port;
}

void main();
