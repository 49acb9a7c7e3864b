// Values that charts share, in the groups that charts/workload/values.yaml has their defaults in.
import {
  addressRange,
  choice,
  duration,
  flag,
  hostName,
  image,
  integer,
  list,
  map,
  name,
  object,
  optionalImage,
  orEmpty,
  path,
  resources,
  text,
  url,
  uuid,
  variables,
} from '../lib/types.mjs';

const otlp = object('Traces, by OpenTelemetry.', {
  endpoint: orEmpty(
    url('Collector that takes OTLP; empty: the variable is not set.'),
  ),
  namespace: name('Its namespace, which the network policy lets pods call.'),
});

/** Of everything that runs. */
export const defaults = {
  environment: {
    type: 'string',
    description: "The environment's name; empty: the namespace.",
    pattern: '^([a-z]([a-z0-9-]{0,61}[a-z0-9])?)?$',
  },
  image: image('Registry, repository, and tag or digest.'),
  imagePullSecrets: list(
    'Secrets with credentials of registries; AKS needs none for its own.',
    name('A Secret.'),
  ),
  arguments: {
    type: 'array',
    description: "Arguments of the image's entry point.",
    items: { type: 'string' },
  },
  replicas: integer(
    'Copies; left out where an autoscaler owns the number.',
    0,
    100,
    { default: 1 },
  ),
  autoscaling: object('As many copies as there is work for.', {
    enabled: flag('Whether the number of copies follows their load.'),
    minReplicas: integer('Copies at least.', 1, 1000),
    maxReplicas: integer('Copies at most.', 1, 1000),
    cpuUtilization: integer('Percent of the CPU asked for to aim at.', 1, 100),
  }),
  database: object('PostgreSQL, as the variables PGHOST and so on.', {
    kind: choice(
      'statefulset and cloudnativepg: a release of the chart postgres; flexibleServer: Azure; none: without.',
      ['statefulset', 'cloudnativepg', 'flexibleServer', 'none'],
    ),
    release: orEmpty(
      name(
        'Release of the chart postgres, which keeps the way to the database in the Secret <release>-<name>.',
      ),
    ),
    name: orEmpty(name('The database; empty: the name of this release.')),
    host: orEmpty(hostName('Host name of the Flexible Server.')),
    username: text(
      'Role on the Flexible Server; empty: the database. Its password, if it has one, is the secret variable PGPASSWORD.',
    ),
    addressRange: addressRange('Addresses that the Flexible Server is in.'),
  }),
  config: variables('Variables; nothing secret belongs here.'),
  secrets: object('Secret variables, from one of three places.', {
    values: variables(
      'Written into a Secret: for dev, since they stand in the release.',
    ),
    existing: orEmpty(
      name('A Secret that is there already, with a key a variable.'),
    ),
    keyVault: object('Azure Key Vault, through its CSI driver.', {
      name: {
        type: 'string',
        description: 'The vault.',
        pattern: '^([a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9])?$',
      },
      tenantId: orEmpty(uuid('Its Entra tenant.')),
      objects: map(
        'Variables, and the secret in the vault for each.',
        '^[A-Za-z_][A-Za-z0-9_]*$',
        { type: 'string', pattern: '^[0-9a-zA-Z-]{1,127}$' },
      ),
    }),
  }),
  identity: object('Workload identity.', {
    clientId: orEmpty(
      uuid('Client id of the Azure identity that the pods sign in as.'),
    ),
  }),
  port: integer('Port that the image listens on.', 1024, 65535),
  probes: object('When the image is well.', {
    live: path('Path that answers while it lives.'),
    ready: path('Path that answers while it can work.'),
    startSeconds: integer('Longest time to start.', 2, 3600),
  }),
  terminationSeconds: integer(
    'Time to end what is under way before it is killed.',
    1,
    3600,
  ),
  resources,
  observability: object('What watches the release.', { otlp }),
  temporaryStorage: {
    type: 'string',
    description: 'Size of /tmp, the only place that can be written to.',
    pattern: '^[0-9]+(Mi|Gi)$',
  },
  test: object('What `helm test` runs.', {
    image: image('An image with wget.'),
  }),
};

/** Of what Prometheus scrapes. */
export const metrics = {
  observability: object('What watches the release.', {
    otlp,
    metrics: object('Metrics, by a PodMonitor.', {
      enabled: flag('Whether they are scraped.'),
      path: path('Where they are.'),
      apiGroup: choice(
        "Whose PodMonitor: Azure Monitor's managed Prometheus, or the Prometheus operator.",
        ['azmonitoring.coreos.com', 'monitoring.coreos.com'],
      ),
      namespaces: list(
        'Namespaces that the scraper may be in.',
        name('A namespace.'),
        { minItems: 1 },
      ),
    }),
    alerts: object("The chart's alerts, as a PrometheusRule.", {
      enabled: flag('Whether there are any.'),
      labels: map('Labels by which Prometheus finds them.', '.*', {
        type: 'string',
      }),
      runbooks: text('What stands before the name of each runbook.'),
    }),
    dashboards: object("The chart's dashboards, as a ConfigMap.", {
      enabled: flag('Whether there are any.'),
      labels: map('Labels by which Grafana finds them.', '.*', {
        type: 'string',
      }),
    }),
  }),
};

/** Of what answers requests. */
export const serving = {
  host: orEmpty(
    hostName(
      'Host name of the service; empty: it is not reached from outside.',
    ),
  ),
  paths: list('Paths that are reached from outside.', path('A prefix.'), {
    minItems: 1,
  }),
  exposure: choice('How the host is reached.', [
    'httpRoute',
    'ingress',
    'none',
  ]),
  gateway: object('The Gateway (Gateway API) that routes the host.', {
    name: orEmpty(name('Its name.')),
    namespace: orEmpty(name("Its namespace; empty: the release's.")),
    sectionName: orEmpty(name('One of its listeners; empty: all.')),
  }),
  ingress: object('The Ingress, where it is the exposure.', {
    className: orEmpty(name("Its class; empty: the cluster's default.")),
    tlsSecret: orEmpty(name('Secret with its certificate.')),
    annotations: map('What its controller asks for.', '.*', {
      type: 'string',
    }),
  }),
  strategy: object('How a new version takes over.', {
    type: choice(
      'rolling: pod by pod; canary: a share of the requests first; blueGreen: all requests at once.',
      ['rolling', 'canary', 'blueGreen'],
    ),
    controller: choice(
      'helm: each step is an upgrade; argoRollouts: it goes through the steps itself.',
      ['helm', 'argoRollouts'],
    ),
    canary: object('A share of the requests.', {
      image: optionalImage('The version to try (helm); empty: none.'),
      weight: integer('Percent of the requests to it (helm).', 0, 100),
      replicas: integer('Its copies (helm).', 1, 100),
      steps: {
        type: 'array',
        description: 'Shares one after the other (argoRollouts).',
        minItems: 1,
        items: object(
          'A step.',
          {
            weight: integer('Percent of the requests.', 0, 100),
            pause: orEmpty(duration('How long; empty: until promoted.')),
          },
          { required: ['weight'] },
        ),
      },
    }),
    blueGreen: object('Two versions, of which one has the requests.', {
      image: optionalImage("Green's image (helm); blue's is image."),
      active: choice('Who has the requests (helm).', ['blue', 'green']),
      autoPromotion: flag(
        'Whether a version that is ready takes over by itself (argoRollouts).',
      ),
    }),
  }),
  networkPolicy: object('Who may come in besides the gateway.', {
    gatewayNamespaces: list(
      'More namespaces of gateways, such as of an Ingress controller.',
      name('A namespace.'),
    ),
    gatewayAddressRanges: list(
      'Addresses of gateways outside the cluster, such as the subnet of Application Gateway for Containers.',
      addressRange('A range.'),
    ),
  }),
};

/** The Job before a release. */
export const migration = {
  migration: object('A Job before each release that changes tables.', {
    enabled: flag('Whether there is one.'),
    image: optionalImage("Its image; empty: the release's."),
    command: {
      type: 'array',
      items: { type: 'string' },
      description: 'In place of the entry point.',
    },
    arguments: {
      type: 'array',
      items: { type: 'string' },
      description: 'Arguments of the entry point.',
    },
    deadlineSeconds: integer('Longest time it may take.', 10, 86400),
  }),
};
