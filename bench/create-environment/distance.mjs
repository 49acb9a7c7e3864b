// A wire between the portal and Azure DevOps whose length can be chosen.
import net from 'node:net';

/**
 * Passes TCP connections on to a port of this machine, each byte later by half a round trip.
 * @param {number} to port to pass on to
 * @returns {Promise<{ port: number, roundTrip: (ms: number) => void, stop: () => Promise<void> }>}
 */
export async function startDistance(to) {
  let oneWay = 0;
  const sockets = new Set();
  const pass = (from, into) => {
    // Timers of one delay fire in the order they were set, so bytes keep theirs.
    const later = action =>
      oneWay > 0 ? setTimeout(action, oneWay) : setImmediate(action);
    from.on('data', chunk => later(() => into.write(chunk)));
    from.on('end', () => later(() => into.end()));
    from.on('close', () => later(() => into.destroy()));
    from.on('error', () => into.destroy());
  };
  const server = net.createServer(near => {
    const far = net.connect({ port: to, host: '127.0.0.1', noDelay: true });
    near.setNoDelay(true);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    pass(near, far);
    pass(far, near);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: server.address().port,
    roundTrip: ms => {
      oneWay = ms / 2;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
