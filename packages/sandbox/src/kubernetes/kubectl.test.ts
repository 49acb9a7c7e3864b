import { needProgram, SandboxCluster, until } from './testing/sandboxCluster';

jest.setTimeout(60_000);

const deployment = (name: string, image: string, more = '') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 2
  ${more}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: main
          image: ${image}
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http } }
          env: [{ name: MODE, value: a }]
          resources: { requests: { cpu: 100m, memory: 64Mi } }
`;
const API = 'ghcr.io/moorline/trpc-api:0.1.0';
const NEWER = 'ghcr.io/moorline/trpc-api:0.2.0';

describe('kubectl', () => {
  const kubectl = needProgram('MOORLINE_KUBECTL', 'kubectl');
  let cluster: SandboxCluster;

  beforeAll(async () => {
    cluster = await SandboxCluster.start();
  });
  afterAll(() => cluster.stop());

  const attempt = (line: string, input?: string) =>
    cluster.run(kubectl, line.split(' '), input);
  const run = async (line: string, input?: string) => {
    const { code, out, err } = await attempt(line, input);
    if (code) throw new Error(`kubectl ${line}: ${err}`);
    return out;
  };
  const refusal = async (line: string, input?: string) => {
    const { code, err } = await attempt(line, input);
    expect(code).toBe(1);
    return err;
  };

  it('applies, rolls out, scales, undoes, describes, logs and deletes', async () => {
    await run('create namespace shop');
    const ns = '-n shop';
    await run(`${ns} apply -f -`, deployment('web', API));
    await run(`${ns} rollout status deploy/web --timeout 20s`);
    expect(await run(`${ns} apply -f -`, deployment('web', API))).toContain(
      'unchanged',
    );
    await run(`${ns} apply -f -`, deployment('web', NEWER));
    await run(`${ns} rollout status deploy/web --timeout 20s`);
    await run(`${ns} rollout undo deploy/web`);
    await run(`${ns} rollout status deploy/web --timeout 20s`);
    const image = `jsonpath={.spec.template.spec.containers[0].image}`;
    expect(await run(`${ns} get deploy web -o ${image}`)).toBe(API);
    expect(await run(`${ns} rollout history deploy/web`)).toMatch(/2\s.*\n3\s/);

    await run(`${ns} scale deploy/web --replicas 3`);
    await run(
      `${ns} wait --for=jsonpath={.status.readyReplicas}=3 deploy/web --timeout 20s`,
    );
    const table = await run(`${ns} get deploy,rs,pods -o wide`);
    expect(table).toMatch(/deployment.apps\/web\s+3\/3\s+3\s+3\s+\d+s\s+main/);
    expect(table).toMatch(/pod\/web-\S+\s+1\/1\s+Running\s+0\s+\d+s\s+10\.244/);
    const described = await run(`${ns} describe deploy web`);
    expect(described).toContain('NewReplicaSetAvailable');
    expect(described).toContain('Scaled up replica set web-');
    expect(await run(`${ns} logs deploy/web --tail 1`)).toBe(
      'listening on 8080\n',
    );
    expect(await run(`${ns} top pods`)).toMatch(/web-\S+\s+\d+m\s+\d+Mi/);

    await run('delete namespace shop --timeout 20s');
    expect(await refusal('get namespace shop')).toContain('NotFound');
  });

  it('creates what typed clients send as protobuf', async () => {
    const ns = '-n typed';
    await run('create namespace typed');
    await run(`${ns} create deployment web --image ${API} --replicas 1`);
    await run(`${ns} create secret generic token --from-literal a=b`);
    await run(`${ns} create configmap settings --from-literal a=b`);
    await run(`${ns} create job done --image busybox:1.37 -- true`);
    await run(`${ns} create job broken --image busybox:1.37 -- false`);
    await run(
      `${ns} create cronjob nightly --image busybox:1.37 --schedule @daily -- true`,
    );
    await run(`${ns} create role reader --verb get --resource pods`);
    await run(`${ns} expose deployment web --port 80 --target-port 8080`);
    await run(
      `${ns} autoscale deployment web --min 1 --max 3 --cpu-percent 80`,
    );
    await run(`${ns} create pdb web --selector app=web --min-available 1`);
    await run(`${ns} wait --for=condition=complete job/done --timeout 20s`);
    await run(`${ns} wait --for=condition=available deploy/web --timeout 20s`);
    expect(await run(`${ns} get secret token -o jsonpath={.data.a}`)).toBe(
      'Yg==',
    );
    await until(
      () => run(`${ns} get hpa,endpoints,job`),
      text =>
        /Deployment\/web\s+cpu: .*80%\s+1\s+3\s+1/.test(text) &&
        /endpoints\/web\s+10\.244\.\d+\.\d+:8080/.test(text),
    );
    expect(await run(`${ns} get job broken`)).toContain('Running');
    const pods = await run(`${ns} get pods -l job-name=broken`);
    expect(pods).toContain('Error');
    await run('delete namespace typed --timeout 20s');
  });

  it('applies server-side: owners, conflicts, force, and fields given up', async () => {
    const side = '-n default apply --server-side -f -';
    await run(`${side} --field-manager one`, deployment('side', API));
    const changed = deployment('side', NEWER);
    const conflict = await refusal(`${side} --field-manager two`, changed);
    expect(conflict).toContain(
      'Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="main"].image',
    );
    await run(`${side} --field-manager two --force-conflicts`, changed);
    // "two" gives the variable up, but "one" still has it; then nobody has.
    const without = (text: string) => text.replace(/\n +env: .*/, '');
    await run(`${side} --field-manager two`, without(changed));
    const env = '-n default get deploy side -o jsonpath={..env[0].name}';
    expect(await run(env)).toBe('MODE');
    await run(
      `${side} --field-manager one`,
      without(deployment('side', NEWER)),
    );
    expect(await run(env)).toBe('');
    await run('delete deployment side');
  });

  it('says what is wrong in the words of the API', async () => {
    const apply = '-n default apply -f -';
    expect(await refusal(apply, deployment('bad', API, 'foo: 1'))).toContain(
      'strict decoding error: unknown field "spec.foo"',
    );
    expect(
      await refusal(
        '-n default apply --server-side -f -',
        deployment('bad', API, 'foo: 1'),
      ),
    ).toContain('.spec.foo: field not declared in schema');
    expect(
      await refusal(apply, deployment('bad', API, 'paused: "no"')),
    ).toContain(
      'cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool',
    );
    expect(await refusal(apply, deployment('Bad_Name', API))).toContain(
      'a lowercase RFC 1123 subdomain must consist of',
    );
    expect(
      await refusal(
        apply,
        deployment('bad', API).replace(
          'labels: { app: bad }',
          'labels: { a: b }',
        ),
      ),
    ).toContain('`selector` does not match template `labels`');
    expect(await refusal('-n nowhere create configmap a')).toContain(
      'namespaces "nowhere" not found',
    );
    const pod = await refusal(
      apply,
      'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a, image: b, resources: { requests: { cpu: 2 }, limits: { cpu: 1 } }, volumeMounts: [{ name: x, mountPath: /x }] }] }',
    );
    expect(pod).toContain('must be less than or equal to cpu limit of 1');
    expect(pod).toContain('volumeMounts[0].name: Not found: "x"');
  });

  it('shows a wrong image and a pod that fits nowhere', async () => {
    const ns = '-n default';
    await run(`${ns} apply -f -`, deployment('wrong', 'ghcr.io/nobody/no:1'));
    const pods = await until(
      () => run(`${ns} get pods -l app=wrong`),
      text => text.includes('ImagePullBackOff'),
    );
    expect(pods).toMatch(/wrong-\S+\s+0\/1/);
    const [pod] = (await run(`${ns} get pods -l app=wrong -o name`)).split(
      '\n',
    );
    expect(await run(`${ns} describe ${pod}`)).toContain(
      'Failed to pull image "ghcr.io/nobody/no:1": failed to pull and unpack',
    );
    expect(await refusal(`${ns} logs deploy/wrong`)).toContain(
      'is waiting to start: trying and failing to pull image',
    );
    expect(
      await refusal(`${ns} rollout status deploy/wrong --timeout 1s`),
    ).toContain('timed out');
    const huge = deployment('huge', API).replace('100m', '"64"');
    await run(`${ns} apply -f -`, huge);
    const described = await until(
      () => run(`${ns} get events`),
      text => text.includes('FailedScheduling'),
    );
    expect(described).toContain('0/2 nodes are available: 2 Insufficient cpu');
    await run(`${ns} delete deployment wrong huge`);
  });

  it('enforces restricted Pod Security where a namespace asks for it', async () => {
    await run('create namespace strict');
    await run(
      'label namespace strict pod-security.kubernetes.io/enforce=restricted',
    );
    const { err } = await attempt(
      '-n strict apply -f -',
      deployment('lax', API),
    );
    expect(err).toContain('Warning: would violate PodSecurity');
    const refused = await refusal('-n strict run lax --image busybox:1.37');
    expect(refused).toContain(
      'pods "lax" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "lax" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "lax" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "lax" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "lax" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
    await until(
      () => run('-n strict get events'),
      text =>
        /FailedCreate\s+replicaset\/lax-\S+\s+Error creating: pods/.test(text),
    );
    const condition =
      'jsonpath={.status.conditions[?(@.type=="ReplicaFailure")].reason}';
    await until(
      () => run(`-n strict get deploy lax -o ${condition}`),
      text => text === 'FailedCreate',
    );
  });

  it('serves custom resources as their definitions say', async () => {
    await run(
      'apply -f -',
      `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: backups.moorline.dev }
spec:
  group: moorline.dev
  scope: Namespaced
  names: { plural: backups, kind: Backup, shortNames: [bk] }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      additionalPrinterColumns: [{ name: Keep, type: integer, jsonPath: .spec.keep }]
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [target]
              properties:
                target: { type: string, enum: [blob, disk] }
                keep: { type: integer, default: 7, minimum: 1 }
            status: { type: object, x-kubernetes-preserve-unknown-fields: true }
`,
    );
    await run('wait --for=condition=established crd/backups.moorline.dev');
    const backup = (spec: string) =>
      `apiVersion: moorline.dev/v1\nkind: Backup\nmetadata: { name: nightly, namespace: default }\nspec: ${spec}`;
    await run('apply -f -', backup('{ target: blob }'));
    expect(await run('-n default get bk')).toMatch(/nightly\s+7/);
    expect(await refusal('apply -f -', backup('{ target: tape }'))).toContain(
      'spec.target: Unsupported value: "tape": supported values: "blob", "disk"',
    );
    expect(
      await refusal('apply -f -', backup('{ target: disk, speed: 1 }')),
    ).toContain('unknown field "spec.speed"');
    await run('delete crd backups.moorline.dev');
    expect(await refusal('-n default get bk')).toContain(
      'the server could not find the requested resource',
    );
    await run(
      'apply -f -',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: web, namespace: default }\nspec: { hostnames: [a.example] }',
    );
    expect(await run('-n default get httproute web')).toContain('a.example');
  });

  it('drains a node, keeping to the disruption budgets', async () => {
    await run('create namespace moving');
    await run('-n moving apply -f -', deployment('web', API));
    await run('-n moving create pdb web --selector app=web --min-available 1');
    await run('-n moving rollout status deploy/web --timeout 20s');
    const [node] = (await run('get nodes -o name')).split('\n');
    const drained = await run(
      `drain ${node} --ignore-daemonsets --delete-emptydir-data --force --timeout 30s`,
    );
    expect(drained).toContain('drained');
    expect(await run(`get ${node}`)).toContain('Ready,SchedulingDisabled');
    await run('-n moving rollout status deploy/web --timeout 20s');
    const pods = await run('-n moving get pods -o wide');
    expect(pods).not.toContain(node.replace('node/', ''));
    await run(`uncordon ${node}`);
  });
});
