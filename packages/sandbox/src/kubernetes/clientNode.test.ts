import { join } from 'path';
import { SandboxCluster } from './testing/sandboxCluster';

jest.setTimeout(60_000);

describe('@kubernetes/client-node', () => {
  it('lists, watches, and reads metrics', async () => {
    const cluster = await SandboxCluster.start();
    try {
      const script = join(__dirname, 'testing/clientNode.mjs');
      const { code, out, err } = await cluster.run(process.execPath, [script]);
      expect([err, code]).toEqual(['', 0]);
      expect(JSON.parse(out)).toEqual({
        first: 'add:Pending',
        pod: expect.stringMatching(/^web-/),
        started: true,
        metrics: ['web'],
        expired: expect.stringMatching(/ERROR|too old/),
      });
    } finally {
      await cluster.stop();
    }
  });
});
