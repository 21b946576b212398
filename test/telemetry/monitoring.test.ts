import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROLES } from '../../src/roles.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { run } from '../deploy/programs.ts';
import { found, missing } from '../support/found.ts';

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

interface Panel {
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { uid: string };
  targets?: { refId: string; expr: string }[];
  options: { content?: string };
}

const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
const page = await read('docs/monitoring.md');
const rules = (parse(await read('monitoring/alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(await read('monitoring/dashboard.json')) as { panels: Panel[] };
const prometheus = parse(await read('monitoring/prometheus.yml')) as {
  rule_files: string[];
  scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[];
};

const metrics = await createMetrics().registry.getMetricsAsJSON();
const { registry } = createMetrics();
/** The names of what Prometheus gets, with the labels of each. */
const series = new Map<string, string[]>([
  ['up', []],
  ['ALERTS', ['alertname', 'alertstate', 'severity']],
]);
for (const { name, type } of metrics) {
  const { labelNames = [] } = registry.getSingleMetric(name) as unknown as { labelNames?: string[] };
  const isHistogram = String(type) === 'histogram';
  for (const end of isHistogram ? ['_bucket', '_sum', '_count'] : [''])
    series.set(`${name}${end}`, end === '_bucket' ? [...labelNames, 'le'] : labelNames);
}

/** What is wrong with an expression: its grammar, a metric that nobody has, or a label that its metrics do not have. */
function faultsOf(expression: string): string[] {
  const text = expression.replaceAll('$__range', '1h').replaceAll('$__rate_interval', '5m');
  const faults: string[] = [];
  const known = new Set(['job', 'instance']);
  const labels: string[] = [];
  parser.parse(text).iterate({
    enter({ type, from, to }) {
      const word = text.slice(from, to);
      if (type.isError) faults.push(`not understood at ${from}: ${text.slice(from, from + 20)}`);
      if (type.name === 'LabelName') labels.push(word);
      if (type.name !== 'Identifier') return;
      if (!series.has(word)) faults.push(`no such metric: ${word}`);
      for (const label of series.get(word) ?? []) known.add(label);
    },
  });
  return [...faults, ...labels.filter((label) => !known.has(label)).map((label) => `no such label: ${label}`)];
}

describe('the check of expressions', () => {
  it.each([
    ['sum(rate(stepcloud_worker_items_total{outcome="stored"}[5m])) by (job)', []],
    ['sum(rate(stepcloud_worker_items_total[5m])', ['not understood']],
    ['stepcloud_worker_item_total > 0', ['no such metric: stepcloud_worker_item_total']],
    ['stepcloud_worker_store_seconds > 0', ['no such metric']],
    ['sum by (customer) (stepcloud_broker_connections)', ['no such label: customer']],
    ['stepcloud_worker_items_total{code="x"}', ['no such label: code']],
  ])('judges %s', (expression, faults) => {
    expect(faultsOf(expression)).toEqual(faults.map((fault) => expect.stringContaining(fault)));
  });
});

describe('docs/monitoring.md', () => {
  it('lists every metric with its labels, kind and meaning, and no other', () => {
    const rows = page.matchAll(/^\| `(stepcloud_\w+)(?:\{([\w,]+)\})?` \| (\w+) \| (.+) \|$/gm);
    const listed = [...rows].map(([, name, labels, type, help]) => ({ name, labels: labels ?? '', type, help }));
    const ours = metrics.filter(({ name }) => name.startsWith('stepcloud_'));
    expect(listed).toEqual(
      ours.map(({ name, type, help }) => {
        const { labelNames = [] } = registry.getSingleMetric(name) as unknown as { labelNames?: string[] };
        return { name, labels: labelNames.join(','), type, help };
      }),
    );
  });

  it('says of each alert what it means and what to do, and of no other', () => {
    const sections = page.split('\n### ').slice(1);
    const found = sections.map((section) => section.split('\n\n', 2));
    expect(found.map(([name]) => name).sort()).toEqual(rules.map(({ alert }) => alert).sort());
    for (const [name, text = ''] of found) expect([name, text.length > 80]).toEqual([name, true]);
  });

  it.each([
    'monitoring',
    'operations',
    'scaling',
    'decisions/0008-what-a-loss-is',
    'decisions/0009-maintenance-and-retention',
  ])('names only metrics that there are, as does docs/%s.md', async (name) => {
    const named = [...(await read(`docs/${name}.md`)).matchAll(/`(stepcloud_\w+)/g)].map(([, metric]) => metric);
    expect(
      named.filter((one) => !series.has(`${one}`) && !series.has(`${one}_sum`) && !`${one}`.endsWith('_')),
    ).toEqual([]);
  });
});

describe('the alerts', () => {
  it.each(rules)('$alert asks for metrics that there are, and says what it found', (rule) => {
    expect(faultsOf(rule.expr)).toEqual([]);
    expect(['critical', 'warning']).toContain(rule.labels.severity);
    expect(rule.annotations.summary).toMatch(/^[A-Z{]/);
    expect(rule.for ?? '0m').toMatch(/^\d+[mh]$/);
  });

  it('have names of their own', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});

describe('Prometheus', () => {
  it('finds every role by its name, at the port that Compose gives to metrics, and reads the alerts', async () => {
    const { services } = parse(await read('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { environment: Record<string, unknown> }>;
    };
    expect(prometheus.scrape_configs.map(({ job_name }) => job_name).sort()).toEqual(Object.keys(ROLES).sort());
    for (const { job_name, dns_sd_configs } of prometheus.scrape_configs)
      expect(dns_sd_configs).toMatchObject([
        { names: [job_name], type: 'A', port: services[job_name]?.environment.METRICS_PORT },
      ]);
    expect(prometheus.rule_files).toEqual(['alerts.yml']);
  });
});

describe('the dashboard', () => {
  const drawn = dashboard.panels.filter(({ targets }) => targets);

  it.each(drawn)('$title asks for metrics that there are', ({ targets = [], datasource }) => {
    expect(datasource?.uid).toBe('prometheus');
    for (const { expr } of targets) expect([expr, faultsOf(expr)]).toEqual([expr, []]);
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  it('shows what every alert of losses, lateness and refusals asks for', () => {
    const shown = drawn.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)).join(' ');
    const asked = rules.flatMap(({ expr }) => expr.match(/\b(stepcloud|nodejs)_\w+/g) ?? []);
    const elsewhere = /maintenance|certificate|clock_skew|lease_died|disk_warning/;
    expect(asked.filter((name) => !elsewhere.test(name) && !shown.includes(name))).toEqual([]);
  });

  it('leads to whose it is, and lays no panel over another', () => {
    const { options } = dashboard.panels.find(({ title }) => title === 'Whose is it?') as Panel;
    for (const place of ['losses', 'dead-letters', 'connections'])
      expect(options.content).toContain(`/platform/${place}`);
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect([title, taken.has(`${x},${y}`)]).toEqual([title, false]);
          taken.add(`${x},${y}`);
        }
    }
  });
});

describe.skipIf(missing('promtool'))('Prometheus itself (promtool)', () => {
  it('understands how it is set up, and the rules of the alerts', async () => {
    const file = fileURLToPath(new URL('../../monitoring/prometheus.yml', import.meta.url));
    const said = await run([found('promtool') as string, 'check', 'config', file]);
    expect(said).toMatch(/prometheus\.yml is valid/);
    expect(said).toContain(`SUCCESS: ${rules.length} rules found`);
  });
});
