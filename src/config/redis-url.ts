import { hide, type Kind } from './kinds.ts';

/** Where Redis is, as REDIS_URL tells it. */
export interface RedisPlace {
  /** One server, the one that Sentinels say is the master, or the nodes of a Cluster. */
  readonly mode: 'single' | 'sentinel' | 'cluster';
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** What the Sentinels call the servers that they watch. */
  readonly master: string;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  /** How many replicas must have a batch before it is acknowledged. */
  readonly replicas: number;
}

const FORM =
  /^redis(?<tls>s)?(?:\+(?<mode>sentinel|cluster))?:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<nodes>[^/?#@]+)(?:\/(?<path>[^/?#]*))?(?:\?(?<query>[^#]*))?$/;
const PORTS = { single: 6379, sentinel: 26_379, cluster: 6379 };

/**
 * Reads `redis://host:6379/0`, `redis+sentinel://a,b,c/mymaster` or `redis+cluster://a,b,c`, each with `rediss` over TLS, with
 * `user:password@`, and with `?replicas=1` and, behind Sentinels, `?db=1`. Throws an error that says what is wrong.
 */
export function parseRedisUrl(url: string): RedisPlace {
  const found = FORM.exec(url)?.groups;
  if (!found)
    throw new Error('must be as redis://host:6379, redis+sentinel://host,host/mymaster or redis+cluster://host,host');
  const mode = (found.mode ?? 'single') as RedisPlace['mode'];
  const nodes = (found.nodes as string).split(',').map((node) => parseNode(node, PORTS[mode]));
  if (mode === 'single' && nodes.length > 1)
    throw new Error('names several servers: begin it redis+sentinel:// or redis+cluster://');
  const query = new URLSearchParams(found.query);
  for (const name of query.keys()) if (name !== 'replicas' && name !== 'db') throw new Error(`must not have ?${name}`);
  const path = decodeURIComponent(found.path ?? '');
  const db = count('the number of its database', (mode === 'single' && path) || query.get('db') || '0');
  const replicas = count('?replicas', query.get('replicas') ?? '0');
  if (mode === 'cluster' && (path !== '' || db > 0))
    throw new Error('must end after its nodes: a Cluster has one database');
  // WAIT tells of the connection to one node, and a Cluster has one for each.
  if (mode === 'cluster' && replicas > 0) throw new Error('must not have ?replicas: a Cluster does not tell');
  return {
    mode,
    nodes,
    master: mode === 'sentinel' ? path || 'mymaster' : '',
    tls: found.tls !== undefined,
    username: found.user ? decodeURIComponent(found.user) : undefined,
    password: found.password ? decodeURIComponent(found.password) : undefined,
    db,
    replicas,
  };
}

function parseNode(node: string, defaultPort: number): { host: string; port: number } {
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(node) ?? [];
  if (host === undefined || Number(port) > 65_535) throw new Error(`must name servers as in host:6379, not "${node}"`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? defaultPort) };
}

function count(what: string, value: string): number {
  if (!/^\d{1,4}$/.test(value)) throw new Error(`has "${value}" for ${what}, which is a whole number`);
  return Number(value);
}

/** For a variable: the URL as it is, once it can be read. */
export const redisUrl: Kind<string> = (value) => {
  parseRedisUrl(value);
  return value;
};

export function maskRedisUrl(value: string): string {
  return value.replace(/^(redis[^/]*:\/\/[^@]*:)[^@]*@/, `$1${hide()}@`);
}
