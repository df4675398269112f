import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { projectRoot } from './debian13.js';
import { freeTcpPort } from './ports.js';
import { start, until } from './processes.js';
import { temporaryFolder } from './streamer.js';

export interface Rule {
  readonly name: string;
  readonly health: string;
  readonly state: string;
  readonly lastError?: string;
}

/** Prometheus as deploy/prometheus.yml sets it up, scraping one target each second. */
export class Prometheus {
  readonly #url: string;

  private constructor(url: string) {
    this.#url = url;
  }

  /** @param target - host and port of the streamer */
  static async start(context: TestContext, target: string): Promise<Prometheus> {
    const address = `127.0.0.1:${String(await freeTcpPort())}`;
    const folder = temporaryFolder(context);
    const config = path.join(folder, 'prometheus.yml');
    writeFileSync(config, configFor(target));
    const prometheus = start('prometheus', [
      ...[`--config.file=${config}`, `--storage.tsdb.path=${path.join(folder, 'data')}`],
      `--web.listen-address=${address}`,
    ]);
    context.after(async () => {
      prometheus.child.kill();
      await prometheus.exited;
    });
    const isReady = async (): Promise<boolean> => {
      assert.equal(prometheus.child.exitCode, null, prometheus.stderr());
      const response = await fetch(`http://${address}/-/ready`).catch(() => undefined);
      return response?.ok ?? false;
    };
    await until('Prometheus', isReady);
    return new Prometheus(`http://${address}`);
  }

  /** How many series with a number an expression has now. Fails with Prometheus' words when it is none. */
  async seriesOf(expression: string): Promise<number> {
    const query = new URLSearchParams({ query: expression });
    const { result } = await this.#get<{ result: { value: [timeSeconds: number, value: string] }[] }>(
      `/api/v1/query?${query.toString()}`,
    );
    return result.filter(({ value: [, value] }) => value !== 'NaN').length;
  }

  async rules(): Promise<Rule[]> {
    const { groups } = await this.#get<{ groups: { rules: Rule[] }[] }>('/api/v1/rules');
    return groups.flatMap(({ rules }) => rules);
  }

  async #get<T>(where: string): Promise<T> {
    const response = await fetch(this.#url + where);
    const { data, error } = (await response.json()) as { data: T; error?: string };
    assert.equal(error, undefined, decodeURIComponent(where));
    return data;
  }
}

function configFor(target: string): string {
  const text = readFileSync(path.join(projectRoot, 'deploy', 'prometheus.yml'), 'utf8');
  return [
    ['scrape_interval: 5s', 'scrape_interval: 1s\n  evaluation_interval: 1s'],
    ['- prometheus-alerts.yml', `- ${path.join(projectRoot, 'deploy', 'prometheus-alerts.yml')}`],
    ['- raspberrypi.local:8080', `- ${target}`],
  ].reduce((changed, [from = '', to = '']) => {
    assert.ok(changed.includes(from), `deploy/prometheus.yml has no ${from}`);
    return changed.replace(from, to);
  }, text);
}
