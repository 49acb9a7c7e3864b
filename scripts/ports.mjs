import net from 'node:net';
import { UserError } from './console.mjs';

/** The ports of this machine that the portal and the sandbox answer on. */
export const portalPort = Number(process.env.MOORLINE_PORT ?? 7007);
export const sandboxPort = Number(process.env.MOORLINE_SANDBOX_PORT ?? 7443);

const free = port =>
  new Promise(resolve => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

const GATEWAY_PORT = 7080;

/** The port of the gateway to what environments run: MOORLINE_GATEWAY_PORT, or the first free one from 7080 on. */
export async function gatewayPort() {
  const chosen = process.env.MOORLINE_GATEWAY_PORT;
  if (chosen) return Number(chosen);
  let port = GATEWAY_PORT;
  while (!(await free(port))) port++;
  return port;
}

/** Says plainly which port is taken and how to choose another, before anything is started. */
export async function requireFreePorts() {
  for (const [port, variable, owner] of [
    [portalPort, 'MOORLINE_PORT', 'the portal'],
    [sandboxPort, 'MOORLINE_SANDBOX_PORT', 'the sandbox'],
  ]) {
    if (!(await free(port))) {
      throw new UserError(
        `Port ${port}, which ${owner} needs, is taken by another program. Stop that program, or choose another port: ${variable}=${
          port + 1000
        } npm start`,
      );
    }
  }
}
