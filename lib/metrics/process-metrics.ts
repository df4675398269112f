import { faultCount } from '../errors/faults.js';
import { namesIn } from '../util/files.js';
import { prefix } from './labelled.js';
import type { Scrape } from './scrape.js';

const startSeconds = Date.now() / 1000 - process.uptime();

/**
 * The process, by the names that all of Prometheus' clients use. prom-client has these and more, but for that it watches
 * each garbage collection, and `promtool check metrics` objects to some of its names.
 */
export function addProcessMetrics(scrape: Scrape): void {
  const { user: userUs, system: systemUs } = process.cpuUsage();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const openFiles = namesIn('/proc/self/fd').length - 1; // without the folder itself
  const values: readonly (readonly ['counter' | 'gauge', name: string, help: string, value: number])[] = [
    ['counter', 'process_cpu_seconds_total', 'CPU time of all threads.', (userUs + systemUs) / 1e6],
    ['gauge', 'process_resident_memory_bytes', 'Memory that the process has in RAM.', rss],
    ['gauge', 'process_start_time_seconds', 'When the process started, since 1970.', startSeconds],
    ['gauge', 'process_open_fds', 'Open file descriptors.', openFiles],
    ['counter', `${prefix}faults_total`, 'Faults of this program itself, which the log shows.', faultCount()],
    ['gauge', 'nodejs_heap_size_used_bytes', 'Memory of JavaScript in use.', heapUsed],
    ['gauge', 'nodejs_heap_size_total_bytes', 'Memory of JavaScript.', heapTotal],
    [
      'gauge',
      'nodejs_external_memory_bytes',
      'Memory of native objects that belong to JavaScript.',
      external,
    ],
  ];
  for (const [type, name, help, value] of values) {
    scrape[type]({ name, help, labelNames: [] }, [{ labels: {}, value }]);
  }
}
