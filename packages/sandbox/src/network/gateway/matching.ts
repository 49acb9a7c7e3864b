import type { IncomingMessage } from 'http';
import type { Endpoint } from '../endpoints';
import type { HttpMatch } from './objects';

/** Where requests of a rule may go. */
export interface Backend {
  weight: number;
  /** The ready pods at this moment; undefined where there is no such Service. */
  endpoints: () => Endpoint[] | undefined;
}

/** One rule of a route that the gateway serves. */
export interface GatewayRule {
  /** Exact names, or `*.` and a domain; none: all. */
  hostnames: string[];
  /** One of them suffices; none: everything. */
  matches: HttpMatch[];
  backends: Backend[];
  /** Of rules that fit equally well, the first in this order is taken. */
  order: string;
}

/** Whether a name is, or is below, what a route or a listener names. */
export function hostMatches(pattern: string, host: string): boolean {
  return pattern.startsWith('*.')
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : pattern === host;
}

const pathMatches = ({ type = 'PathPrefix', value = '/' }, path: string) => {
  if (type === 'Exact') return path === value;
  if (type === 'RegularExpression')
    return new RegExp(`^(?:${value})$`).test(path);
  const prefix = value.replace(/\/$/, '');
  return path === prefix || path.startsWith(`${prefix}/`);
};

function matches(match: HttpMatch, request: IncomingMessage): boolean {
  const { pathname, searchParams } = new URL(`http://any${request.url}`);
  return (
    pathMatches(match.path ?? {}, pathname) &&
    (!match.method || match.method === request.method) &&
    (match.headers ?? []).every(
      ({ name, value }) => request.headers[name.toLowerCase()] === value,
    ) &&
    (match.queryParams ?? []).every(
      ({ name, value }) => searchParams.get(name) === value,
    )
  );
}

/** How exactly a rule says what it wants, by the specification's order of precedence. */
function precision(hostname: string, match: HttpMatch): number[] {
  const { type = 'PathPrefix', value = '/' } = match.path ?? {};
  return [
    hostname.startsWith('*.') ? 0 : 1,
    hostname.length,
    type === 'Exact' ? 1 : 0,
    value.length,
    match.method ? 1 : 0,
    match.headers?.length ?? 0,
    match.queryParams?.length ?? 0,
  ];
}

function compare(one: number[], other: number[]): number {
  const at = one.findIndex((part, i) => part !== other[i]);
  return at < 0 ? 0 : other[at] - one[at];
}

/** The rule that a request is for. */
export function ruleFor(
  rules: GatewayRule[],
  host: string,
  request: IncomingMessage,
): GatewayRule | undefined {
  const fitting = rules.flatMap(rule =>
    (rule.hostnames.length ? rule.hostnames : [''])
      .filter(hostname => !hostname || hostMatches(hostname, host))
      .flatMap(hostname =>
        (rule.matches.length ? rule.matches : [{}])
          .filter(match => matches(match, request))
          .map(match => ({ rule, precision: precision(hostname, match) })),
      ),
  );
  fitting.sort(
    (a, b) =>
      compare(a.precision, b.precision) ||
      (a.rule.order < b.rule.order ? -1 : 1),
  );
  return fitting[0]?.rule;
}

/** One of the backends, each as often as its weight says. @param chance - from 0 to 1, without 1 */
export function choose(
  backends: Backend[],
  chance = Math.random(),
): Backend | undefined {
  const sum = backends.reduce((total, { weight }) => total + weight, 0);
  let at = chance * sum;
  return backends.find(({ weight }) => {
    at -= weight;
    return at < 0;
  });
}
