import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { needProgram, SandboxCluster } from './testing/sandboxCluster';

jest.setTimeout(60_000);

const CHART: Record<string, string> = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'values.yaml': 'image: ghcr.io/moorline/trpc-api:0.1.0\nreplicas: 2\n',
  'templates/api.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: api }
data: { MODE: {{ .Values.mode | default "quiet" | quote }} }
---
apiVersion: v1
kind: Service
metadata: { name: api }
spec: { selector: { app: api }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers:
        - name: api
          image: {{ .Values.image }}
          ports: [{ name: http, containerPort: 8080 }]
          envFrom: [{ configMapRef: { name: api } }]
          readinessProbe: { httpGet: { path: /, port: http } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: api }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: api } } }
`,
  'templates/postgres.yaml': `
apiVersion: v1
kind: Secret
metadata: { name: postgres }
stringData: { POSTGRES_PASSWORD: example }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: postgres }
spec:
  serviceName: postgres
  selector: { matchLabels: { app: postgres } }
  template:
    metadata: { labels: { app: postgres } }
    spec:
      containers:
        - name: postgres
          image: docker.io/library/postgres:18.4
          envFrom: [{ secretRef: { name: postgres } }]
          volumeMounts: [{ name: data, mountPath: /var/lib/postgresql }]
          readinessProbe: { exec: { command: [pg_isready] } }
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
  'templates/hooks.yaml': `
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: "pre-upgrade", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded" } }
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: migrate, image: busybox:1.37, command: [sh, -c, "exit {{ .Values.migration | default 0 }}"] }]
  backoffLimit: 0
---
apiVersion: v1
kind: Pod
metadata: { name: check, annotations: { helm.sh/hook: test } }
spec:
  restartPolicy: Never
  containers: [{ name: check, image: busybox:1.37, command: [sh, -c, "exit {{ .Values.check | default 0 }}"] }]
`,
};

describe('helm', () => {
  const helm = needProgram('MOORLINE_HELM', 'helm');
  let cluster: SandboxCluster;
  let chart: string;

  beforeAll(async () => {
    cluster = await SandboxCluster.start();
    chart = join(cluster.folder, 'chart');
    for (const [file, text] of Object.entries(CHART)) {
      mkdirSync(join(chart, file, '..'), { recursive: true });
      writeFileSync(join(chart, file), text);
    }
  });
  afterAll(() => cluster.stop());

  const attempt = (line: string) =>
    cluster.run(helm, line.replace('CHART', chart).split(' '));
  const run = async (line: string) => {
    const { code, out, err } = await attempt(line);
    if (code) throw new Error(`helm ${line}: ${err}`);
    return out;
  };
  const upgrade = 'upgrade --install shop CHART -n shop --create-namespace';
  const wait = '--wait --timeout 30s';

  it('installs, upgrades, tests, rolls back and uninstalls, waiting', async () => {
    expect(await run(`${upgrade} ${wait}`)).toContain('STATUS: deployed');
    const set = await cluster.call(
      '/apis/apps/v1/namespaces/shop/statefulsets/postgres',
    );
    expect(set.body.status).toMatchObject({
      readyReplicas: 1,
      updatedReplicas: 1,
    });
    expect(await run('test shop -n shop --logs')).toMatch(/Phase: +Succeeded/);

    const newer = '--set image=ghcr.io/moorline/trpc-api:0.2.0,mode=loud';
    await run(`${upgrade} ${newer} ${wait}`);
    await run('rollback shop 1 -n shop --wait --timeout 30s');
    const { body } = await cluster.call(
      '/apis/apps/v1/namespaces/shop/deployments/api',
    );
    expect(body.spec.template.spec.containers[0].image).toBe(
      'ghcr.io/moorline/trpc-api:0.1.0',
    );
    expect(body.status.updatedReplicas).toBe(2);
    expect(await run('history shop -n shop')).toContain('Rollback to 1');
    expect(await run('list -n shop')).toContain('deployed');

    await run('uninstall shop -n shop --wait');
    const left = await cluster.call(
      '/apis/apps/v1/namespaces/shop/deployments',
    );
    expect(left.body.items).toEqual([]);
    // A StatefulSet's claims outlive it.
    const claims = await cluster.call(
      '/api/v1/namespaces/shop/persistentvolumeclaims',
    );
    expect(claims.body.items[0].status.phase).toBe('Bound');
  });

  it('fails an upgrade whose image, hook or test fails', async () => {
    await run(`${upgrade} ${wait}`);
    const wrong = await attempt(
      `${upgrade} --set image=ghcr.io/nobody/no:1 --wait --timeout 3s`,
    );
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('context deadline exceeded');
    // The old pods go on working meanwhile.
    const { body } = await cluster.call(
      '/apis/apps/v1/namespaces/shop/deployments/api',
    );
    expect(body.status).toMatchObject({ readyReplicas: 2, updatedReplicas: 1 });

    const hook = await attempt(`${upgrade} --set migration=3 ${wait}`);
    expect(hook.code).toBe(1);
    expect(hook.err).toMatch(/BackoffLimitExceeded|backoff limit|failed/);

    await run(`${upgrade} --set check=1 ${wait}`);
    const test = await attempt('test shop -n shop');
    expect(test.code).toBe(1);
    expect(test.out).toMatch(/Phase: +Failed/);
    await run('uninstall shop -n shop --wait');
  });
});
