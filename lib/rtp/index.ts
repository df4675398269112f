/**
 * RTP and its JPEG payload format, RFC 3550 and RFC 2435. Pure: loads no addon, opens no socket.
 *
 * @packageDocumentation
 */
export type { ParseResult } from '../util/parse-result.js';
export {
  parseRtpPacket,
  rtpHeaderBytes,
  writeRtpHeader,
  type RtpHeader,
  type RtpPacket,
} from './rtp-header.js';
export {
  jpegMainHeaderBytes,
  jpegType,
  maxHeaderDimension,
  parseJpegMainHeader,
  qInBand,
  writeJpegMainHeader,
  type JpegMainHeader,
} from './jpeg-main-header.js';
export {
  parseRestartMarkerHeader,
  restartMarkerHeaderBytes,
  wholeFrameRestartCount,
  writeRestartMarkerHeader,
  type RestartMarkerHeader,
} from './restart-marker-header.js';
export {
  parseQuantizationTableHeader,
  quantizationTableHeaderBytes,
  writeQuantizationTableHeader,
  type QuantizationTableHeader,
} from './quantization-table-header.js';
export {
  absCaptureTimeBytes,
  absCaptureTimeId,
  absCaptureTimeUri,
  parseAbsCaptureTime,
  writeAbsCaptureTime,
} from './abs-capture-time.js';
export { jpegClockRateHz, jpegPayloadType, toRtpTimestamp, videoClockRateHz } from './rtp-clock.js';
export { PacketBatch } from './packet-batch.js';
export { JpegPacketizer, type JpegPacketizerOptions, type QuantizationTables } from './jpeg-packetizer.js';
export { RtpSource, type PacketFit, type SequenceVerdict } from './rtp-source.js';
export {
  JpegDepacketizer,
  type JpegDepacketizerOptions,
  type JpegDepacketizerStatistics,
} from './jpeg-depacketizer.js';
export { packetDropReasons, type PacketDropReason } from './packet-drops.js';
export { ReceivedFrame, type RowRange } from './received-frame.js';
export type { PictureSize } from './picture-size.js';
export type { NtpTimestamp } from '../util/ntp-timestamp.js';
export type { PayloadWriter } from './payload-writer.js';
export { packetizeH264 } from './h264-packetizer.js';
export { packetizeVp8 } from './vp8-packetizer.js';
