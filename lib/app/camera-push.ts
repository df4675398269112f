import type { Logger } from 'pino';
import { bearerToken, type CameraName, type WhipConfig } from '../config/index.js';
import { StreamerError } from '../errors/index.js';
import { fileFailure, readRegularFile } from '../util/files.js';
import { WhipPush, type PushStatus, type VideoSize, type WebRtcOutput } from '../outputs/webrtc/index.js';

/**
 * What pushes a camera's video to the media server that its section names. Logged are changes: that it is connected, and
 * why it is not, once for each reason.
 *
 * @param size - of the picture as it is now
 */
export function makePush(
  name: CameraName,
  whip: WhipConfig,
  output: WebRtcOutput,
  size: () => VideoSize | undefined,
  logger: Logger,
): WhipPush {
  const push = new WhipPush({ url: whip.url, token: () => tokenOf(name, whip), output, size });
  let loggedReason: string | undefined;
  push.on('change', ({ url, state, reason }: PushStatus, nextAttemptMs = 0) => {
    if (state === 'connected') logger.info({ url }, `pushes to ${url}`);
    if (state === 'connected' || state === 'stopped') loggedReason = undefined;
    if (state !== 'waiting' || reason === loggedReason) return;
    loggedReason = reason;
    const seconds = (nextAttemptMs / 1000).toFixed(0);
    logger.warn(
      { url, reason },
      `does not push to ${url}: ${String(reason)}; trying again, next in ${seconds} s`,
    );
  });
  return push;
}

/** The longest token, and white space around it. */
const maxTokenFileBytes = 8192;

/**
 * What messages say leaves the path out: somebody may have put the token itself there.
 *
 * @throws StreamerError
 */
function tokenOf(name: CameraName, { token, tokenFile }: WhipConfig): string | undefined {
  if (tokenFile === undefined) return token;
  const key = `${name}.whip_token_file`;
  let text = '';
  try {
    text = readRegularFile(tokenFile, maxTokenFileBytes).toString().trim();
  } catch (error) {
    throw new StreamerError('ERR_FILE_NOT_FOUND', `${key}: the file cannot be read (${fileFailure(error)})`);
  }
  if (bearerToken.safeParse(text).success) return text;
  throw new StreamerError(
    'ERR_CONFIG_INVALID',
    `${key}: the file must hold one token of visible ASCII characters`,
  );
}
