import type { TestContext } from 'node:test';
import { runToEnd, start, type RunningProcess } from './processes.js';

/** A network namespace of a test's own, with one network interface. */
export interface Host {
  readonly namespace: string;
  /** Name of the interface. */
  readonly device: string;
  readonly address: string;
  readonly address6: string;
  /** Runs a command on the host to its end. Fails with what it printed when it does not succeed. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  start(command: string, args: readonly string[], options?: { cwd?: string }): RunningProcess;
}

/** Two hosts, joined by a cable. */
export interface Network {
  readonly sender: Host;
  readonly receiver: Host;
}

let networks = 0;

/**
 * Makes two hosts that reach each other and nothing else. They are gone when the test ends, however it ends. Their
 * addresses are those of documentation (RFC 5737, RFC 3849).
 */
export async function makeNetwork(context: TestContext): Promise<Network> {
  const name = `pcs-${String(process.pid)}-${String(networks++)}`;
  const sender = makeHost(`${name}-sender`, 1);
  const receiver = makeHost(`${name}-receiver`, 2);
  for (const { namespace } of [sender, receiver]) {
    await runToEnd('ip', ['netns', 'add', namespace]);
    context.after(() => runToEnd('ip', ['netns', 'delete', namespace]));
  }
  const peer = ['peer', 'name', receiver.device, 'netns', receiver.namespace];
  await sender.run('ip', 'link', 'add', sender.device, 'type', 'veth', ...peer);
  for (const host of [sender, receiver]) {
    // Without those that Wireshark takes for a traceroute's, of which it tells as of faults: 33434 and some after it.
    await host.run('sh', '-c', 'echo 40000 60999 > /proc/sys/net/ipv4/ip_local_port_range');
    await setAddress(host, host.address);
    // Without the second or two in which IPv6 looks whether somebody else has the address.
    await host.run('ip', 'address', 'add', `${host.address6}/64`, 'dev', host.device, 'nodad');
    await host.run('ip', 'link', 'set', 'lo', 'up');
    await host.run('ip', 'link', 'set', host.device, 'up');
  }
  return { sender, receiver };
}

/** Gives a host this IPv4 address, and no other. */
export async function setAddress(host: Host, address: string): Promise<void> {
  await host.run('ip', '-4', 'address', 'flush', 'dev', host.device);
  await host.run('ip', 'address', 'add', `${address}/24`, 'dev', host.device);
}

/** Sends all multicast, and memberships in groups, to the cable. */
export async function addMulticastRoute(host: Host): Promise<void> {
  await host.run('ip', 'route', 'add', '224.0.0.0/4', 'dev', host.device);
}

/** Takes this work from the network card: the kernel does it before packets are on the cable. */
export async function switchOffloadsOff(host: Host, ...offloads: readonly string[]): Promise<void> {
  await host.run('ethtool', '--offload', host.device, ...offloads.flatMap((name) => [name, 'off']));
}

function makeHost(namespace: string, number: number): Host {
  const inside = (command: string, args: readonly string[]) => ['netns', 'exec', namespace, command, ...args];
  return {
    namespace,
    device: 'eth0',
    address: `192.0.2.${String(number)}`,
    address6: `2001:db8::${String(number)}`,
    run: (command, ...args) => runToEnd('ip', inside(command, args)),
    // `ip netns exec` becomes the command: it has the same process id.
    start: (command, args, options) => start('ip', inside(command, args), options),
  };
}
