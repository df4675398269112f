import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { ServiceNotifier, takeServiceEnvironment } from '../../../lib/app/service/notifier.js';
import { whileReloading } from '../../../lib/app/service/while-reloading.js';
import { until } from '../../helpers/processes.js';
import { listenForNotifications, type NotifyListener } from './notify-listener.js';

const pid = 4711;

describe('what systemd says by the environment', () => {
  it('is read, and is not handed on to other processes', () => {
    const environment = {
      NOTIFY_SOCKET: '/run/systemd/notify',
      WATCHDOG_USEC: '10000000',
      WATCHDOG_PID: String(pid),
      HOME: '/',
    };
    const taken = takeServiceEnvironment(environment, pid);
    assert.deepEqual(taken, { socket: '/run/systemd/notify', watchdogMs: 10_000 });
    assert.deepEqual(environment, { HOME: '/' });
  });

  it('is left alone when it is for another process', () => {
    const environment = { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '1', WATCHDOG_PID: '1' };
    const before = { ...environment };
    const nothing = { socket: undefined, watchdogMs: undefined };
    assert.deepEqual(takeServiceEnvironment(environment, pid), nothing);
    assert.deepEqual(environment, before);
  });

  it('may say that there is no watchdog, or nothing at all', () => {
    const nothing = { socket: undefined, watchdogMs: undefined };
    assert.deepEqual(takeServiceEnvironment({}, pid), nothing);
    assert.deepEqual(takeServiceEnvironment({ NOTIFY_SOCKET: '' }, pid), nothing);
    for (const usec of ['', '0', '-1', 'soon', '1.5', '1e99']) {
      const taken = takeServiceEnvironment({ NOTIFY_SOCKET: '@a', WATCHDOG_USEC: usec }, pid);
      assert.deepEqual(taken, { socket: '@a', watchdogMs: undefined }, usec);
    }
  });
});

describe('messages to a service manager', () => {
  let listener: NotifyListener;
  let notifier: ServiceNotifier;
  before(async () => {
    listener = await listenForNotifications();
    notifier = new ServiceNotifier({ socket: listener.socket, watchdogMs: undefined });
  });
  after(() => listener.close());

  it('arrive as one datagram, whatever is in them', async () => {
    assert.equal(notifier.send({ READY: '1', STATUS: 'first\nREADY=0 · second' }), 0);
    const { fields } = await listener.has('READY', /^1$/);
    assert.deepEqual(fields, { READY: '1', STATUS: 'first READY=0 · second' });
  });

  it('go to abstract sockets, too', async () => {
    const name = `@pcs-notifier-test-${String(process.pid)}`;
    const abstract = await listenForNotifications(name);
    assert.equal(new ServiceNotifier({ socket: name, watchdogMs: undefined }).send({ STOPPING: '1' }), 0);
    await abstract.has('STOPPING', /^1$/);
    await abstract.close();
  });

  it('fail with an errno when nobody listens, and are nothing without a manager', () => {
    const nowhere = new ServiceNotifier({ socket: '/nonexistent/socket', watchdogMs: 1 });
    assert.equal(nowhere.send({ READY: '1' }), constants.errno.ENOENT);
    const none = new ServiceNotifier({ socket: undefined, watchdogMs: 1 });
    assert.equal(none.send({ READY: '1' }), 0);
    assert.equal(none.watchdogMs, undefined);
  });

  it('frame a reload, also one that fails', async () => {
    const beforeUs = process.hrtime.bigint() / 1000n;
    const count = listener.received().length;
    await assert.rejects(
      whileReloading(() => Promise.reject(new Error('no')), notifier),
      /no/,
    );
    await until('two messages', () => listener.received().length === count + 2);
    const [first, second] = listener.received().slice(count);
    const us = BigInt(first?.fields['MONOTONIC_USEC'] ?? 0);
    assert.equal(first?.fields['RELOADING'], '1');
    assert.ok(us >= beforeUs && us <= process.hrtime.bigint() / 1000n, String(us));
    assert.deepEqual(second?.fields, { READY: '1' });
  });
});
