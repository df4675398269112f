import { applyOverrides, parseConfig, type ServerConfig } from '../../config/index.js';
import { makeLogger, type LogLevel } from '../logger.js';
import { runStreams } from '../run-streams.js';
import { stopSignal } from '../stop-signal.js';

interface DemoOptions {
  readonly logLevel: LogLevel;
  readonly frames?: number;
  readonly duration?: number;
  readonly web?: boolean;
  readonly webPort?: number;
}

const demoConfig = `
[camera1]
device = "test"
[camera2]
device = "test"
[mjpeg-rtp.camera1]
enabled = true
[mjpeg-rtp.camera2]
enabled = true
`;

function instructions({ enabled, webPort }: ServerConfig): string {
  const port = webPort === 0 ? 'PORT/, with the port that the log says' : `${String(webPort)}/`;
  const viewer = enabled
    ? `See them in a browser, by WebRTC: http://localhost:${port}\n\nOr receive`
    : 'Look at';
  return `Two test patterns, 640x480 at 30 frames a second, go by RTP to 127.0.0.1:5000 and 127.0.0.1:5002.

${viewer} the first one, in another terminal, with either of

  gst-launch-1.0 udpsrc port=5000 caps="application/x-rtp,encoding-name=JPEG,payload=26" ! rtpjpegdepay ! jpegdec ! videoconvert ! autovideosink
  ffplay -protocol_whitelist file,udp,rtp -fflags nobuffer -flags low_delay -i rtp://127.0.0.1:5000

Ctrl-C ends the demo.
`;
}

/** The test pattern in both modes. */
export async function demo(options: DemoOptions): Promise<number> {
  const loaded = parseConfig(demoConfig, 'demo');
  const config = applyOverrides(loaded.config, { web: options.web, webPort: options.webPort });
  process.stdout.write(instructions(config.server));
  return runStreams({
    loaded: { ...loaded, config, file: undefined },
    logger: await makeLogger(options.logLevel),
    signal: stopSignal(options.duration),
    ...(options.frames !== undefined && { maxFrames: options.frames }),
  });
}
