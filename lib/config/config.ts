// The configuration as the application uses it: complete, in camel case, with one entry per camera.
import type { z } from 'zod';
import type { colorRange, flipMethod, syncMode } from './schema/camera.js';
import type { CameraName } from './schema/file.js';
import type { controlAccess, readAccess, rights } from './schema/server.js';
import type {
  pacingMode,
  quantizationTables,
  receiverProfile,
  restartInterval,
  socketKind,
} from './schema/mjpeg-rtp.js';
import type { videoCodec } from './schema/video.js';

export type FlipMethod = Exclude<z.infer<typeof flipMethod>, ''>;
export type ColorRange = z.infer<typeof colorRange>;
export type QuantizationTables = z.infer<typeof quantizationTables>;
export type PacingMode = z.infer<typeof pacingMode>;
export type ReceiverProfile = z.infer<typeof receiverProfile>;
export type ControlValue = boolean | number | string | readonly number[];

/** Where a camera's frames come from. */
export type SourceConfig =
  | { readonly kind: 'camera-id'; readonly id: string }
  /** Counted from 0 in the order in which libcamera lists the cameras. */
  | { readonly kind: 'camera-index'; readonly index: number }
  /** The first camera that there is. */
  | { readonly kind: 'auto' }
  | { readonly kind: 'test' }
  /** A y4m file or a folder of JPEGs. */
  | { readonly kind: 'file'; readonly path: string };

/** Pixels. */
export interface SizeConfig {
  readonly width: number;
  readonly height: number;
}

/** Pixels of the picture after rotation. A width or height of 0 reaches to the edge. */
export interface CropConfig extends SizeConfig {
  readonly x: number;
  readonly y: number;
}

export interface SensorModeConfig extends SizeConfig {
  /** Bits per sample; undefined where any will do. */
  readonly bitDepth: number | undefined;
}

export interface RtpDestinationConfig {
  readonly host: string;
  readonly port: number;
  /** Undefined: the one after port, or port itself with rtcp_mux. */
  readonly rtcpPort: number | undefined;
}

/** `[mjpeg-rtp.cameraN]` */
export interface CameraRtpConfig {
  readonly enabled: boolean;
  /** At least one, unless the mode is WebRTC. */
  readonly destinations: readonly RtpDestinationConfig[];
  /** 0 lets the system choose. */
  readonly localPort: number;
  /** 0: the one after localPort, or any. */
  readonly rtcpLocalPort: number;
  readonly profile: ReceiverProfile;
  /** MCUs, for the profile `restart`. */
  readonly restartInterval: z.infer<typeof restartInterval>;
  readonly encodeThreads: number;
  /** JPEG quality, 1 to 100. */
  readonly quality: number;
  /** Undefined: no bound. */
  readonly maxBitrateKbps: number | undefined;
  /** Receivers' reports lower the bitrate no further; only with maxBitrateKbps. Undefined: a tenth of it. */
  readonly minBitrateKbps: number | undefined;
  /** Below which frames are left out rather, 1 to 100; only with maxBitrateKbps. */
  readonly minQuality: number;
  readonly quantizationTables: QuantizationTables;
  /** Undefined means random. */
  readonly ssrc: number | undefined;
}

/** A media server that a camera's video is sent to. */
export interface WhipConfig {
  /** http or https; its query may hold a secret. */
  readonly url: string;
  /** At most one of both. */
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
}

/** `[cameraN]` and `[mjpeg-rtp.cameraN]`. The picture is rotated, then cropped, then scaled. */
export interface CameraConfig {
  readonly name: CameraName;
  readonly source: SourceConfig;
  /** Whether it has to be there at the start. */
  readonly isRequired: boolean;
  /** Pixels that the camera delivers, before everything else. A file has its own size. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly fps: number;
  readonly flipMethod: FlipMethod;
  readonly crop: CropConfig | undefined;
  readonly scaleTo: SizeConfig | undefined;
  readonly colorRange: ColorRange;
  readonly sensorMode: SensorModeConfig | undefined;
  readonly syncMode: Exclude<z.infer<typeof syncMode>, 'off'> | undefined;
  /** Path; undefined means the sensor's own. */
  readonly tuningFile: string | undefined;
  /** By libcamera's names. */
  readonly controls: Readonly<Record<string, ControlValue>>;
  /** Files only: start again at the end. */
  readonly loop: boolean;
  /** Files only: play at fps, not as fast as possible. */
  readonly paced: boolean;
  readonly webrtcPort: number;
  /** Undefined: none. */
  readonly whip: WhipConfig | undefined;
  readonly rtp: CameraRtpConfig;
}

/** `[mjpeg-rtp]` */
export interface RtpConfig {
  /** Largest RTP packet, its headers included but not those of IP and UDP. */
  readonly mtuBytes: number;
  readonly dscp: number;
  /** Undefined: the system's, 1 for multicast. */
  readonly ttl: number | undefined;
  /** Undefined: any. */
  readonly bindAddress: string | undefined;
  /** Undefined: by the routing table. */
  readonly multicastInterface: string | undefined;
  readonly multicastLoopback: boolean;
  readonly pacing: { readonly mode: PacingMode; readonly spread: number };
  readonly subFrame: boolean;
  readonly rtcp: boolean;
  readonly rtcpMux: boolean;
  readonly absCaptureTime: boolean;
  readonly socket: z.infer<typeof socketKind>;
  /** 0 means only at the end. */
  readonly statsIntervalSeconds: number;
}

/** `read` looks, `control` changes things too. */
export type Rights = z.infer<typeof rights>;

/** `[server.tokens.NAME]`: the token itself, or a file that holds it. */
export type TokenConfig = { readonly name: string; readonly rights: Rights } & (
  { readonly token: string } | { readonly tokenFile: string }
);

/** `[server.users.NAME]` */
export interface UserConfig {
  readonly name: string;
  readonly rights: Rights;
  /** As `hash-password` prints it. */
  readonly passwordHash: string;
}

/** `[server]` */
export interface ServerConfig {
  readonly enabled: boolean;
  readonly webPort: number;
  readonly bindIp: string;
  /** Undefined means detected. */
  readonly piIp: string | undefined;
  readonly maxPreviews: number;
  readonly readAccess: z.infer<typeof readAccess>;
  readonly controlAccess: z.infer<typeof controlAccess>;
  readonly tokens: readonly TokenConfig[];
  readonly users: readonly UserConfig[];
  readonly allowedHosts: readonly string[];
  /** Origins, or `*`. */
  readonly corsOrigins: readonly string[];
  /** Paths; undefined: plain HTTP. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
}

/** `[webrtc]` */
export interface WebrtcConfig {
  /** Undefined means none. */
  readonly stunServer: string | undefined;
  readonly maxClients: number;
  readonly mtuBytes: number;
  readonly timeoutMs: number;
  readonly minBitrateBps: number;
  /** Undefined: any. */
  readonly bindAddress: string | undefined;
  /** UDP ports; undefined: any. */
  readonly portRange: { readonly first: number; readonly last: number } | undefined;
}

/** `[video]`, with what `[webrtc]` and `[encoding]` say of the same. */
export interface VideoConfig {
  readonly codec: z.infer<typeof videoCodec>;
  /** Whether H.264 is made by hardware where there is some. */
  readonly hardware: boolean;
  readonly bitrateBps: number;
  /** Frames. */
  readonly keyframeInterval: number;
  /** Time that the H.264 encoder spends on quality, 0 (least) to 2. */
  readonly effort: number;
  /** libvpx's, for VP8. */
  readonly cpuUsed: number;
}

export interface Config {
  /** At least one, by number. */
  readonly cameras: readonly CameraConfig[];
  readonly rtp: RtpConfig;
  readonly server: ServerConfig;
  readonly webrtc: WebrtcConfig;
  /** Undefined: no video is streamed, only JPEG. */
  readonly video: VideoConfig | undefined;
  /** How long a stop may take. */
  readonly shutdownTimeoutMs: number;
  /** Of the process; 0: no bound but the control group's. */
  readonly maxMemoryBytes: number;
}

export interface LoadedConfig {
  readonly config: Config;
  /** As in the file, with every default filled in. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** What the file says without effect, to be logged once: one line each, naming keys and sections. */
  readonly notices: readonly string[];
  /** Undefined where there is no file and everything has its default. */
  readonly file: string | undefined;
}
