import path from 'node:path';
import { execLine, pathLine, pathWord } from './exec-line.js';
import { mark } from './service-paths.js';

/** What the unit is made of. Paths are absolute. */
export interface UnitOptions {
  readonly node: string;
  /** The command's script. */
  readonly script: string;
  /** Undefined: defaults. */
  readonly configFile: string | undefined;
  readonly mode: string;
  readonly user: string;
  /** Besides the user's own. */
  readonly groups: readonly string[];
}

/** Folders that ProtectHome= hides. */
const homes = ['/home', '/root', '/run/user'];

/** What holds on every machine. */
const sandbox = `# Devices: cameras, their processors, and the memory that pictures are in. Without what is not there.
DevicePolicy=closed
DeviceAllow=char-video4linux rw
DeviceAllow=char-media rw
DeviceAllow=char-dma_heap rw
DeviceAllow=/dev/udmabuf rw
DeviceAllow=char-drm rw

# The network, and netlink, by which libcamera hears of cameras that come and go.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK

# No rights of root's, and no way to get them.
CapabilityBoundingSet=
NoNewPrivileges=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes

# The kernel: the calls of ordinary services, which have those for a thread's niceness and slice among them.
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
# No MemoryDenyWriteExecute: V8 compiles JavaScript while it runs.
`;

/**
 * The unit. What depends on this machine's memory and on the configuration stands in the drop-in.
 *
 * @throws StreamerError ERR_SERVICE for a path that a unit cannot hold
 */
export function unitText(options: UnitOptions): string {
  const { node, script, configFile, mode, user, groups } = options;
  const command = [node, script, ...(configFile === undefined ? [] : ['-config', configFile]), '-mode', mode];
  const folder = configFile === undefined ? undefined : path.dirname(configFile);
  const needsHomes = [node, script, configFile ?? '/'].some(isBelowHome);
  return `${mark}
# Settings of your own belong into a drop-in: sudo systemctl edit pi-camera-streamer
[Unit]
Description=Streams cameras by RTP and WebRTC
After=network.target
# However often it fails, it is started again.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart=${execLine(command)}
ExecReload=/bin/kill -HUP $MAINPID
WorkingDirectory=${pathLine(folder ?? '/')}
# Variables, where Debian has them; it need not be there.
EnvironmentFile=-/etc/default/pi-camera-streamer
Restart=always
RestartSec=2
TimeoutStartSec=60
WatchdogSec=10
KillMode=mixed
SyslogIdentifier=pi-camera-streamer
User=${user}
${groups.length > 0 ? `SupplementaryGroups=${groups.join(' ')}\n` : ''}UMask=0027

# Files: all may be read, none written, but for the configuration, which the viewer saves.
ProtectSystem=strict
ProtectHome=${needsHomes ? 'read-only' : 'yes'}
PrivateTmp=yes
RemoveIPC=yes
${folder === undefined ? '' : `ReadWritePaths=${pathWord(folder)}\n`}
${sandbox}
[Install]
WantedBy=multi-user.target
`;
}

function isBelowHome(file: string): boolean {
  return homes.some((home) => file.startsWith(`${home}/`));
}
