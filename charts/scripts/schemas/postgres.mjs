import {
  addressRange,
  choice,
  flag,
  hostName,
  image,
  integer,
  list,
  map,
  name,
  object,
  orEmpty,
  resources,
  text,
} from '../lib/types.mjs';
import { defaults } from './common.mjs';

/** Ends of names of what else the release makes: `<release>-superuser` and so on. */
const TAKEN = [
  'superuser',
  'postgres',
  'template0',
  'template1',
  'pods',
  'scripts',
  'databases',
  'tls',
  'test',
];

const disk = {
  size: {
    type: 'string',
    description: 'Size of the disk.',
    pattern: '^[0-9]+(Mi|Gi|Ti)$',
  },
  storageClass: orEmpty(
    name("Class of the disk; empty: the cluster's default."),
  ),
};

const pattern = (description, form) => ({
  type: 'string',
  description,
  pattern: form,
});

/** Values of the chart postgres. */
export default {
  kind: choice(
    'statefulset: one pod with its own disk; cloudnativepg: a server with standbys, by that operator; flexibleServer: a server of Azure, and here the way to it.',
    ['statefulset', 'cloudnativepg', 'flexibleServer'],
  ),
  environment: defaults.environment,
  image: image(
    "This repository's image postgres: the server of a StatefulSet, and of all jobs.",
  ),
  imagePullSecrets: defaults.imagePullSecrets,
  databases: list(
    'Databases, each with a role and a Secret <release>-<database>.',
    {
      ...pattern('A database.', '^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$'),
      not: { enum: TAKEN },
    },
    { maxItems: 20 },
  ),
  secrets: object('Passwords and certificate.', {
    create: flag(
      'Whether they are made, once, in the cluster; else <release>-superuser, <release>-tls and <release>-<database> are there already.',
    ),
  }),
  tls: choice(
    'Of a StatefulSet. required: clients must use it; offered: they may; off: there is none.',
    ['required', 'offered', 'off'],
  ),
  persistence: object('The disk.', disk, { required: ['size'] }),
  settings: map(
    'Settings of the server, such as max_connections.',
    '^[a-z_]+(\\.[a-z_]+)?$',
    { type: ['string', 'number', 'boolean'] },
  ),
  resources,
  identity: object('Workload identity.', {
    clientId: {
      ...defaults.identity.properties.clientId,
      description:
        'Client id of the Azure identity that backs up and restores, or administers the Flexible Server.',
    },
  }),
  backup: object('Copies of the whole server.', {
    enabled: flag('Whether there are any.'),
    schedule: pattern(
      'When: minute, hour, day, month, day of the week; UTC.',
      '^[0-9*/,-]+( [0-9*/,-]+){4}$',
    ),
    keepDays: integer('Days that a backup is kept.', 1, 3650),
    container: pattern(
      'Container of Azure Blob Storage, with or without a folder in it; empty: a volume of its own (StatefulSet).',
      '^(https://[a-z0-9.-]+(/[A-Za-z0-9_.-]+)+)?$',
    ),
    volume: object('The volume, where there is no container.', disk),
  }),
  restore: object('Where the data comes from.', {
    from: pattern(
      'StatefulSet: backup that takes the place of the data, once. CloudNativePG: release whose backups a new cluster begins with.',
      '^([a-zA-Z0-9][a-zA-Z0-9.-]*)?$',
    ),
    time: pattern(
      'CloudNativePG: time up to which; empty: all of it.',
      '^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$',
    ),
  }),
  cloudnativepg: object('The cluster of CloudNativePG.', {
    image: image('Its PostgreSQL.'),
    instances: integer('The server and its standbys.', 1, 9),
    operatorNamespace: name('Namespace of the operator.'),
  }),
  flexibleServer: object('The server in Azure.', {
    host: orEmpty(hostName('Its host name.')),
    addressRange: addressRange('Addresses that it is in.'),
    administrator: text(
      "The identity's name, as Entra administrator of the server, which makes databases and roles; empty: others make them.",
    ),
    rolePrefix: text(
      "What stands before a database's name in the name of the identity whose role has it.",
    ),
  }),
};
