import type { Figures } from '#jobs';

/** In the text format of Prometheus, version 0.0.4. */
export function metricsText({ lanes, runs }: Figures): string {
  const byLane = (value: (lane: Figures['lanes'][number]) => number) =>
    lanes.map((lane) => ({ label: `lane="${lane.lane}"`, value: value(lane) }));
  return [
    metric(
      'jobs_due',
      'gauge',
      'Rows that could run now or are running.',
      byLane(({ due }) => due),
    ),
    metric(
      'jobs_later',
      'gauge',
      'Rows that are due later.',
      byLane(({ later }) => later),
    ),
    metric(
      'jobs_parked',
      'gauge',
      'Rows that were given up.',
      byLane(({ parked }) => parked),
    ),
    metric(
      'jobs_oldest_due_seconds',
      'gauge',
      'How long the oldest row has been due.',
      byLane(({ oldestDueMs }) => oldestDueMs / 1000),
    ),
    metric(
      'jobs_runs_total',
      'counter',
      'Runs of this process by how they ended.',
      Object.entries(runs).map(([outcome, value]) => ({ label: `outcome="${outcome}"`, value })),
    ),
  ].join('');
}

function metric(name: string, type: string, help: string, samples: { label: string; value: number }[]): string {
  const lines = samples.map(({ label, value }) => `${name}{${label}} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
