// @ts-check

/**
 * The commands that receive a stream, as they stand in docs/receiving.md. Pure functions. They go into a terminal, so
 * nothing but a literal address ever gets into them: a host name is replaced by "any address of this machine".
 *
 * @typedef {object} Reception
 * @property {string} host - the destination's
 * @property {number} port
 * @property {number} payloadType
 * @property {'universal' | 'restart'} profile
 *
 * @typedef {object} ReceiveCommand
 * @property {string} title
 * @property {string} note - what to know about it; may be empty
 * @property {string} text
 */

/** @param {string} host */
export function isIpv4(host) {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/** @param {string} host */
export function isIpv6(host) {
  return /^[\da-f:]+(\.\d+){0,3}$/i.test(host) && host.split(':').length > 2;
}

/** @param {string} host */
export function isMulticast(host) {
  if (isIpv4(host)) return Number(host.split('.')[0]) >= 224 && Number(host.split('.')[0]) <= 239;
  return isIpv6(host) && /^ff/i.test(host);
}

/** @param {string} host */
export function isThisMachine(host) {
  return host === 'localhost' || host === '::1' || (isIpv4(host) && host.startsWith('127.'));
}

/**
 * The address that a receiver listens on.
 *
 * @param {string} host - of the destination
 */
export function listenAddress(host) {
  if (isMulticast(host)) return host;
  if (isIpv6(host)) return isThisMachine(host) ? '::1' : '::';
  return isThisMachine(host) ? '127.0.0.1' : '0.0.0.0';
}

/**
 * The address of an `rtp://` URL to listen on.
 *
 * @param {string} host
 * @param {number} port
 */
export function listenUrl(host, port) {
  const address = listenAddress(host);
  return `rtp://${isIpv6(address) ? `[${address}]` : address}:${port}`;
}

/** @param {Reception} reception */
function udpsrc({ host, port, payloadType }) {
  const isPlainIpv4 = !isMulticast(host) && !isIpv6(host);
  const address = isPlainIpv4 ? '' : `address=${listenAddress(host)} `;
  return `udpsrc ${address}port=${port} caps="application/x-rtp,encoding-name=JPEG,payload=${payloadType}"`;
}

/** @param {Reception} reception */
export function gstreamerCommand(reception) {
  return `gst-launch-1.0 ${udpsrc(reception)} ! rtpjpegdepay ! jpegdec ! videoconvert ! autovideosink`;
}

/** @param {Reception} reception */
export function ffplayCommand({ host, port }) {
  const url = listenUrl(host, port);
  return `ffplay -protocol_whitelist file,udp,rtp -fflags nobuffer -flags low_delay -i ${url}`;
}

/** @param {Reception} reception */
export function opencvProgram(reception) {
  return `import cv2

camera = cv2.VideoCapture(
    '${udpsrc(reception)}'
    " ! rtpjpegdepay ! jpegdec ! videoconvert ! video/x-raw,format=BGR"
    " ! appsink drop=true max-buffers=1 sync=false",
    cv2.CAP_GSTREAMER,
)
for _ in range(100):
    ok, image = camera.read()
    print(ok, image.shape)
`;
}

/** @param {Reception} reception */
export function ownCommand({ host, port }) {
  return `npx pi-camera-streamer receive ${listenUrl(host, port)} --stats`;
}

/**
 * The address of the MJPEG stream over HTTP.
 *
 * @param {string} origin - of this page
 * @param {string} id - of the camera
 */
export function httpStreamUrl(origin, id) {
  const encoded = encodeURIComponent(id).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${origin}/stream/${encoded}.mjpg`;
}

/**
 * All commands for one destination, the usual ones first.
 *
 * @param {Reception} reception
 * @returns {ReceiveCommand[]}
 */
export function receiveCommands(reception) {
  const isRestart = reception.profile === 'restart';
  const dropsFrames = isRestart ? 'Drops a frame of which a packet is lost, in the restart profile too.' : '';
  const ownNote = isRestart
    ? 'Fills in what is lost, packet by packet: the stream has the restart profile.'
    : 'This package as a receiver: frames, losses and latency, once a second.';
  const opencvNote =
    'Always the newest frame. Needs an OpenCV with GStreamer, such as Debian’s python3-opencv.';
  // FFmpeg knows what payload type 26 is; another number needs a session description.
  const ffmpeg =
    reception.payloadType === 26
      ? [{ title: 'FFmpeg', note: dropsFrames, text: ffplayCommand(reception) }]
      : [];
  return [
    { title: 'GStreamer', note: dropsFrames, text: gstreamerCommand(reception) },
    ...ffmpeg,
    { title: 'OpenCV, in Python', note: opencvNote, text: opencvProgram(reception) },
    { title: 'pi-camera-streamer', note: ownNote, text: ownCommand(reception) },
  ];
}

/**
 * The commands for the picture over HTTP, which needs no destination.
 *
 * @param {string} origin
 * @param {string} id
 * @returns {ReceiveCommand[]}
 */
export function httpCommands(origin, id) {
  const url = httpStreamUrl(origin, id);
  return [
    { title: 'VLC', note: 'Over HTTP: later than RTP, and for a few viewers at a time.', text: `vlc ${url}` },
    { title: 'Browser or program', note: 'The same stream by its address.', text: url },
  ];
}

/**
 * @param {string} host
 * @param {number} port
 */
export function hostAndPort(host, port) {
  return isIpv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
