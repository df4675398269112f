import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { start, until } from '../../helpers/processes.js';

/** A datagram that a service manager got. */
export interface Notification {
  /** Seconds of CLOCK_MONOTONIC. */
  readonly time: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** A service manager's socket, in a process of its own. */
export interface NotifyListener {
  readonly socket: string;
  received(): Notification[];
  /** Waits for one that has this assignment. */
  has(name: string, value: RegExp): Promise<Notification>;
  close(): Promise<void>;
}

/** @param name - of the socket; without it a path in a folder of its own */
export async function listenForNotifications(name?: string): Promise<NotifyListener> {
  const socket = name ?? path.join(mkdtempSync(path.join(tmpdir(), 'pcs-notify-')), 'socket');
  const listener = start('/usr/bin/python3', [path.join(import.meta.dirname, 'notify_listener.py'), socket]);
  await until('the listener', () => listener.stdout().includes('listening'));
  const received = (): Notification[] =>
    listener
      .stdout()
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line) as Notification);
  return {
    socket,
    received,
    has: async (field, value) => {
      let found: Notification | undefined;
      await until(`${field}=${String(value)}`, () => {
        found = received().find(({ fields }) => value.test(fields[field] ?? ''));
        return found !== undefined;
      });
      if (!found) throw new Error('no such message');
      return found;
    },
    close: async () => {
      listener.child.kill();
      await listener.exited;
    },
  };
}
