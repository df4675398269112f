// A program without Node's types: the entry points that need nothing of Node.
import { standardHuffmanTables } from 'pi-camera-streamer/jpeg';
import { rtpHeaderBytes, type JpegDepacketizerStatistics } from 'pi-camera-streamer/rtp';
import { parseSession } from 'pi-camera-streamer/sdp';

export type Lost = JpegDepacketizerStatistics['framesLost'];
export const known = [standardHuffmanTables, rtpHeaderBytes, parseSession];
